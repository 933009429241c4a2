using System.Globalization;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Server.Http;

namespace Sallyport.Server.Audit;

/// <summary>What people do with the log: take a checkpoint and receipts, replace its key, erase payloads.</summary>
internal static class AuditOperations
{
    private const int StoryLimit = 5_000;

    internal static void MapAuditOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/audit/checkpoint", PublishAsync);
        routes.MapGet("/v1/audit/trust", TrustAsync);
        routes.MapGet("/v1/actions/{id}/receipt", ReceiptAsync);
        routes.MapPost("/v1/audit/rotate-key", RotateAsync);
        routes.MapPost("/v1/audit/erase", EraseAsync);
    }

    /// <summary>A checkpoint over everything recorded before the call, with the cosignatures that could be had.</summary>
    private static async Task PublishAsync(HttpContext http, Callers callers, CheckpointPublisher publisher, WitnessCircle witnesses)
    {
        if (await callers.PersonAsync(http) is null || await LatestAsync(http, publisher, witnesses) is not { } checkpoint) return;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(checkpoint.Note, http.RequestAborted);
    }

    /// <summary>What a reader needs besides the entries: keys that announced each other, and the witnesses' keys.</summary>
    private static async Task TrustAsync(HttpContext http, Callers callers, LogSigner signer, WitnessCircle witnesses, ITreeStore store)
    {
        if (await callers.PersonAsync(http) is null) return;
        var rotations = await store.RotationsAsync(http.RequestAborted);
        var identity = await store.IdentityAsync(http.RequestAborted);
        await Answers.WriteAsync(http, 200, new AuditTrust(signer.Origin, identity!.FirstKey, signer.VerifierKey, [.. rotations.Select(rotation => rotation.Note)], witnesses.Keys));
    }

    /// <summary>The proof (C2SP tlog-proof) that the action's last entry, or the one asked for, is in the log. The entry itself is the proof's extra data.</summary>
    private static async Task ReceiptAsync(HttpContext http, string id, long? index, Callers callers, IAuditStore audit, CheckpointPublisher publisher, WitnessCircle witnesses, TreeReader tree)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var story = id.Length <= 255 ? await audit.ChainAsync(person.Tenant, id, StoryLimit, http.RequestAborted) : [];
        if (story.LastOrDefault(entry => entry.ActionId == id && (index is null || entry.Index == index)) is not { } chosen)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "The log has no such entry of this action.");
            return;
        }

        if (await LatestAsync(http, publisher, witnesses) is not { } checkpoint) return;
        var path = await tree.InclusionAsync(chosen.Index, checkpoint.Size, http.RequestAborted);
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.tlog-proof\"";
        await http.Response.WriteAsync(
            $"c2sp.org/tlog-proof@v1\nextra {Convert.ToBase64String(chosen.Leaf)}\nindex {chosen.Index.ToString(CultureInfo.InvariantCulture)}\n{string.Concat(path.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{checkpoint.Note}",
            http.RequestAborted);
    }

    private static async Task RotateAsync(HttpContext http, Callers callers, KeyRotation rotation)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } person) return;
        try
        {
            var (old, fresh) = await rotation.RotateAsync(person.Tenant, person.Actor, CancellationToken.None);
            await Answers.WriteAsync(http, 200, new KeyRotationView(old, fresh, (int)KeyRotation.Overlap.TotalDays));
        }
        catch (Exception fault) when (IsNotDurable(fault))
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.StorageUnavailable, fault.Message);
        }
    }

    private static async Task EraseAsync(HttpContext http, Callers callers, IAuditStore audit, IActionStore actions)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } person) return;
        if (await RequestReader.ReadAsync<EraseCall>(http) is not { } call) return;
        if (call.Before is null == call.ActionId is null)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "Give before or action_id, and not both.");
            return;
        }

        if (call.ActionId is { } id && await actions.FindAsync(person.Tenant, id, http.RequestAborted) is null)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no action of this id.");
            return;
        }

        var erased = await audit.EraseAsync(person.Tenant, new ErasureScope(call.Before, call.ActionId), person.Actor, CancellationToken.None);
        await Answers.WriteAsync(http, 200, new ErasureView(erased.Payloads, erased.Correlations, erased.Kept));
    }

    private static async Task<PublishedCheckpoint?> LatestAsync(HttpContext http, CheckpointPublisher publisher, WitnessCircle witnesses)
    {
        try
        {
            return witnesses.Count == 0 ? await publisher.PublishAsync(http.RequestAborted) : (await publisher.CosignAsync(witnesses.Count, http.RequestAborted)).Checkpoint;
        }
        catch (Exception fault) when (IsNotDurable(fault))
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.StorageUnavailable, fault.Message);
            return null;
        }
    }

    private static bool IsNotDurable(Exception fault) => fault is IOException or UnauthorizedAccessException or AuditLogException;
}
