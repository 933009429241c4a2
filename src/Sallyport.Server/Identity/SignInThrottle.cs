using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sallyport.Contracts.Errors;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;

namespace Sallyport.Server.Identity;

/// <summary>How often somebody may try to sign in: by address and by user name, on top of the lock of an account after wrong passwords.</summary>
internal sealed class SignInThrottle(IOptions<ServerOptions> options, IdSource ids, TimeProvider time)
{
    private readonly AttemptLimit _addresses = new(time, ids, options.Value.SignIn.AttemptsPerAddress);
    private readonly AttemptLimit _names = new(time, ids, options.Value.SignIn.AttemptsPerUsername);

    /// <summary>Counts an attempt; how long to wait when it is one too many.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">The user name or code that is tried; null when only the address counts.</param>
    internal TimeSpan? Wait(HttpContext http, string? name = null)
    {
        var verdict = _addresses.Admit(Address(http));
        if (verdict.Admitted && name is not null) verdict = _names.Admit(name);
        return verdict.Admitted ? null : verdict.RetryAfter;
    }

    /// <summary>Counts an attempt; answers with the problem and returns false when it is one too many.</summary>
    internal async Task<bool> AdmitAsync(HttpContext http, string? name = null)
    {
        if (Wait(http, name) is not { } wait) return true;
        await Answers.ProblemAsync(http, ErrorCatalogue.RateLimited, "Too many attempts to sign in.", retryAfter: wait);
        return false;
    }

    /// <summary>Where a request comes from. One IPv6 network of 64 bits counts as one address, since one machine has as many as it likes.</summary>
    internal static string Address(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address) ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)) + "::/64" : address.ToString();
    }
}
