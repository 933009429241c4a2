using Sallyport.Execution;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>Whether this server's connectors can carry what a release asks of them; checked before the release is activated.</summary>
public static class ReleaseConnectors
{
    /// <summary>The first thing that does not fit, in a sentence; null when everything does.</summary>
    public static string? Check(Release release, ConnectorSet connectors) => release.Tools.Values.SelectMany(tool => Requests(tool))
        .Select(request => connectors.Find(request.Connector) is { } connector
            ? connector.Check(request.Template.Source, request.Effect) is { } fault ? $"{request.Place}: {fault}" : null
            : $"{request.Place} needs the connector \"{request.Connector}\", which is not configured on this server.")
        .FirstOrDefault(fault => fault is not null);

    private static IEnumerable<(string Place, string Connector, JsonTemplate Template, bool Effect)> Requests(ToolContract tool)
    {
        foreach (var fact in tool.Facts) yield return ($"{tool.Name}, fact {fact.Name}", fact.Connector, fact.Request, false);
        if (tool.Effect is not { } effect) yield break;
        yield return ($"{tool.Name}, effect", effect.Connector, effect.Request, true);
        if (effect.Fence is { } fence) yield return ($"{tool.Name}, fence", effect.Connector, fence, true);
        if (effect.Revoke is { } revoke) yield return ($"{tool.Name}, revoke", effect.Connector, revoke, true);
        if (effect.Probe is { } probe) yield return ($"{tool.Name}, probe", effect.Connector, probe.Request, false);
    }
}
