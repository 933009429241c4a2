using Sallyport.Connectors.Approvals;
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
        return new ApprovalNotice(view, approval, action.State == ActionState.Pending && action.ApprovalId == approval, Link(approval));
    }

    /// <summary>The console's page about an approval.</summary>
    internal string Link(string approval) => $"{address.Url}/approvals/{approval}";
}
