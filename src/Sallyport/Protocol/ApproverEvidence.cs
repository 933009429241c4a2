using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Protocol;

/// <summary>What made a person eligible to decide, as it was when they did.</summary>
/// <param name="Who">The entry of the requirement that named them: <c>group:support-leads</c>, <c>oncall:finance</c>.</param>
/// <param name="InPlaceOf">User id of the person whose seat they take; null when they decide for themselves.</param>
/// <param name="Substitute">The substitution that says so.</param>
/// <param name="Source">Where an outside system said so, such as <c>pagerduty:schedule/PABC123</c>.</param>
/// <param name="ReadAt">When it did.</param>
public sealed record ApproverEvidence(string Who, string? InPlaceOf = null, string? Substitute = null, string? Source = null, DateTimeOffset? ReadAt = null)
{
    /// <summary>The same for an audit entry; ids only.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["who"] = Who };
        if (InPlaceOf is not null) (json["in_place_of"], json["substitute"]) = (InPlaceOf, Substitute);
        if (Source is not null) (json["source"], json["read_at"]) = (Source, AuditEntry.Timestamp(ReadAt!.Value));
        return json;
    }
}
