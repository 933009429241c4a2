using System.Text.Json;
using Sallyport.Approvals;
using Sallyport.Audit;

namespace Sallyport.Server.Integrations;

/// <summary>What the entry <c>approval.asked</c> says: that people are asked, for the first time or at a further tier.</summary>
/// <param name="Approval">The approval.</param>
/// <param name="Tier">How many further circles waiting has brought in: 0 at first.</param>
/// <param name="People">Ids of those who were asked.</param>
internal sealed record AskedApproval(string Approval, int Tier, IReadOnlyList<string> People)
{
    /// <summary>Reads an entry; null when it asks nobody.</summary>
    internal static AskedApproval? Of(StoredEntry entry)
    {
        if (entry.Kind != ApprovalAsker.Kind) return null;
        var leaf = JsonElement.Parse(entry.Leaf);
        if (LeafText.Of(leaf, "approval") is not { } approval) return null;
        var tier = leaf.TryGetProperty("tier", out var number) && number.TryGetInt32(out var value) ? value : 0;
        var asked = leaf.TryGetProperty("asked", out var people) && people.ValueKind == JsonValueKind.Object ? people.EnumerateObject().Select(person => person.Name) : [];
        return new AskedApproval(approval, tier, [.. asked]);
    }
}

/// <summary>Reads fields of audit entries.</summary>
internal static class LeafText
{
    internal static string? Of(StoredEntry entry, string name) => Of(JsonElement.Parse(entry.Leaf), name);

    internal static string? Of(JsonElement leaf, string name) => leaf.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
