using System.Buffers.Text;
using System.Text.Json;
using Sallyport.Approvals;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Protocol;
using Sallyport.Server.Http;

namespace Sallyport.Server.Approvals;

/// <summary>What an approval asks of one person, and what they would sign.</summary>
internal sealed class Signing(ApproverRoll.Reader rolls, StepUpCheck stepUps, IPasskeyStore passkeys, PublicAddress address)
{
    /// <summary>The view; null when what would be signed cannot be told.</summary>
    internal async Task<SigningView?> ViewAsync(ActionRecord action, HumanPrincipal person, CancellationToken cancellation)
    {
        if (await stepUps.StatementAsync(action, person.UserId, cancellation) is not { } statement) return null;
        var roll = await rolls.ReadAsync(action, cancellation);
        var own = await passkeys.OfAsync(person.Tenant, person.UserId, cancellation);
        return new SigningView(
            WireName.Of(ApprovalQuorum.StepUpFor(action, roll.Evidence(person))), Base64Url.EncodeToString(statement.Challenge), new Uri(address.Url).Host,
            [.. own.Select(passkey => passkey.CredentialId)], JsonSerializer.SerializeToElement(statement.Members));
    }
}
