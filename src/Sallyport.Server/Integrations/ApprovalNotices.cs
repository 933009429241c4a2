using System.Text.Json;
using Sallyport.Connectors.Approvals;
using Sallyport.DataGovernance;
using Sallyport.Protocol;
using Sallyport.Server.Approvals;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Integrations;

/// <summary>Makes what people elsewhere are shown, from the store as it is now: a message that comes late still tells the truth.</summary>
internal sealed class ApprovalNotices(IActionStore store, ReleaseRegistry releases, PublicAddress address)
{
    /// <summary>The notice about an approval; null when its action is gone.</summary>
    internal async Task<ApprovalNotice?> MakeAsync(string tenant, string actionId, string approval, CancellationToken cancellation)
    {
        if (await store.FindAsync(tenant, actionId, cancellation) is not { } action) return null;
        var view = await ApprovalViews.MakeAsync(action, store, releases, cancellation);
        var contract = (await releases.FindAsync(action.Release, cancellation))?.Tools.GetValueOrDefault(action.Tool);
        // Without the contract nobody knows what is sensitive: then everything is.
        var shown = contract?.RedactArguments(view.Arguments) ?? JsonSerializer.SerializeToElement(Redactor.Mask);
        return new ApprovalNotice(view with { Arguments = shown }, approval, action.State == ActionState.Pending && action.ApprovalId == approval, Link(approval))
        {
            IsWhole = JsonElement.DeepEquals(shown, view.Arguments),
        };
    }

    /// <summary>The console's page about an approval.</summary>
    internal string Link(string approval) => $"{address.Url}/approvals/{approval}";
}
