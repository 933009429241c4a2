using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

/// <content>Programs that wait for a person (RFC 8628).</content>
internal sealed partial class IdentityStatements
{
    private sealed class DeviceRow
    {
        public required byte[] DeviceHash { get; init; }
        public required byte[] UserHash { get; init; }
        public required string Client { get; init; }
        public required string Address { get; init; }
        public long CreatedAt { get; init; }
        public long ExpiresAt { get; init; }
        public long? PolledAt { get; init; }
        public required string State { get; init; }
        public string? UserId { get; init; }
        public string? Provider { get; init; }
        public long? AuthenticatedAt { get; init; }
    }

    public Task<bool> AddDeviceAsync(StoredDevice device, int most, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        // What ran out a while ago is forgotten; until then its program is told so.
        await sql.ExecuteAsync("delete from device where expires_at <= @old", new { old = (device.CreatedAt - TimeSpan.FromHours(1)).ToMs() });
        if (await sql.ScalarAsync<long>("select count(*) from device where expires_at > @now", new { now = device.CreatedAt.ToMs() }) >= most) return false;
        return await sql.ExecuteAsync("""
            insert into device (device_hash, user_hash, client, address, created_at, expires_at, state)
            values (@DeviceHash, @UserHash, @Client, @Address, @createdAt, @expiresAt, 'pending') on conflict do nothing
            """, new { device.DeviceHash, device.UserHash, device.Client, device.Address, createdAt = device.CreatedAt.ToMs(), expiresAt = device.ExpiresAt.ToMs() }) == 1;
    }, cancellation);

    public Task<StoredDevice?> FindDeviceAsync(byte[] userHash, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(async sql =>
        await sql.FirstAsync<DeviceRow>("select device_hash, user_hash, client, address, created_at, expires_at, state from device where user_hash = @userHash and state = 'pending' and expires_at > @now",
            new { userHash, now = now.ToMs() }) is { } row
            ? new StoredDevice(row.DeviceHash, row.UserHash, row.Client, row.Address, Times.FromMs(row.CreatedAt), Times.FromMs(row.ExpiresAt)) : null, cancellation);

    public Task<bool> AnswerDeviceAsync(byte[] userHash, HumanPrincipal person, SignIn signIn, bool approve, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        var answered = await sql.ExecuteAsync("""
            update device set state = @state, user_id = @UserId, provider = @Provider, authenticated_at = @at
            where user_hash = @userHash and state = 'pending' and expires_at > @now
            """, new { state = approve ? "approved" : "denied", person.UserId, signIn.Provider, at = signIn.At.ToMs(), userHash, now = now.ToMs() });
        if (answered == 1) await audit.AppendAsync(sql, person.Tenant, leaf);
        return answered == 1;
    }, cancellation);

    public Task<(DevicePoll Poll, string? UserId, SignIn? SignIn)> PollDeviceAsync(byte[] deviceHash, DateTimeOffset now, TimeSpan interval, CancellationToken cancellation) =>
        database.WriteAsync<(DevicePoll, string?, SignIn?)>(async sql =>
        {
            var row = await sql.FirstAsync<DeviceRow>("select device_hash, user_hash, client, address, created_at, expires_at, polled_at, state, user_id, provider, authenticated_at from device where device_hash = @deviceHash", new { deviceHash });
            if (row is null) return (DevicePoll.Unknown, null, null);
            if (row.ExpiresAt <= now.ToMs()) return (DevicePoll.Expired, null, null);
            await sql.ExecuteAsync("update device set polled_at = @now where device_hash = @deviceHash", new { deviceHash, now = now.ToMs() });
            if (row.PolledAt is { } before && now.ToMs() - before < interval.TotalMilliseconds) return (DevicePoll.TooSoon, null, null);
            if (row.State == "pending") return (DevicePoll.Pending, null, null);
            await sql.ExecuteAsync("delete from device where device_hash = @deviceHash", new { deviceHash });
            return row.State == "denied" ? (DevicePoll.Denied, null, null) : (DevicePoll.Approved, row.UserId, new SignIn(row.Provider!, Times.FromMs(row.AuthenticatedAt!.Value)));
        }, cancellation);
}
