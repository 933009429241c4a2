using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Json;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Approvals;

/// <summary>
/// What a person signs when a passkey is asked for: every member of the decision by itself, so that whoever checks it later can say which one
/// was changed. The challenge is the SHA-256 of the canonical JSON (RFC 8785) of the members' digests.
/// </summary>
/// <param name="Members">The statement in words and values; sensitive values are redacted here and bound by their hashes.</param>
/// <param name="Digests">Member to digest of its canonical JSON.</param>
public sealed record ApprovalStatement(JsonObject Members, JsonObject Digests)
{
    /// <summary>What the authenticator signs, 32 bytes.</summary>
    public byte[] Challenge => SHA256.HashData(CanonicalJson.Serialize(JsonSerializer.SerializeToElement(Digests)));

    /// <summary>The statement of one person's approval of an action as it is now.</summary>
    /// <param name="action">The action.</param>
    /// <param name="release">Its release.</param>
    /// <param name="userId">Who approves.</param>
    public static ApprovalStatement Of(ActionRecord action, Release release, string userId)
    {
        var contract = release.Tools[action.Tool];
        var facts = release.Bindings[action.Tool].Unbind(CanonicalJson.Parse(action.Facts));
        var members = new JsonObject
        {
            ["type"] = "sallyport-approval/1",
            ["decision"] = "approve",
            ["user_id"] = userId,
            ["action_id"] = action.Id,
            ["approval"] = action.ApprovalId,
            ["round"] = action.Round,
            ["workflow"] = action.Workflow,
            ["release"] = action.Release,
            ["tool"] = action.Tool,
            ["contract_hash"] = action.ContractHash,
            ["policy_hash"] = action.PolicyHash,
            ["rule"] = action.Rule,
            ["proposer"] = action.ProposerId,
            ["param_hash"] = action.ParamHash,
            ["arguments"] = TransitionLeaf.Node(contract.RedactArguments(CanonicalJson.Parse(action.Arguments))),
            ["facts_hash"] = action.FactsHash,
            ["facts"] = TransitionLeaf.Node(contract.RedactFacts(facts)),
            ["diff"] = TransitionLeaf.Node(action.Diff),
            ["statement"] = action.StatementDigest,
        };
        var digests = new JsonObject();
        foreach (var (name, value) in members) digests[name] = CanonicalJson.Digest(JsonSerializer.SerializeToElement(value));
        return new ApprovalStatement(members, digests);
    }
}
