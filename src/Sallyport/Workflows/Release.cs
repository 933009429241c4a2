using System.Collections.Frozen;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>An immutable, content-hashed version of a workflow's bundle: the only thing that the engine runs.</summary>
public sealed class Release
{
    /// <summary>SHA-256 over the canonical list of file digests.</summary>
    public required string Hash { get; init; }

    /// <summary>The files that the hash covers.</summary>
    public required BundleFiles Files { get; init; }

    /// <summary>The manifest.</summary>
    public required WorkflowManifest Manifest { get; init; }

    /// <summary>Contracts by tool name.</summary>
    public required FrozenDictionary<string, ToolContract> Tools { get; init; }

    /// <summary>Rules by tool name; every tool that writes has an entry.</summary>
    public required FrozenDictionary<string, ToolPolicy> Policies { get; init; }

    /// <summary>Fact paths that decision, diff and effect of a tool rest on, by tool name.</summary>
    public required FrozenDictionary<string, FactBinding> Bindings { get; init; }

    /// <summary>The policy's own tests; they change nothing about what the release does.</summary>
    public PolicyTestTable Tests { get; init; } = PolicyTestTable.Empty;
}
