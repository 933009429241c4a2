using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.Tools;

/// <summary>JSON merge patch (RFC 7396): members replace members, objects are merged, null removes.</summary>
public static class JsonMergePatch
{
    /// <summary>The target with the patch applied; neither is changed.</summary>
    public static JsonElement Apply(JsonElement target, JsonElement? patch) =>
        patch is { } changes ? JsonSerializer.SerializeToElement(Merge(JsonSerializer.SerializeToNode(target), JsonSerializer.SerializeToNode(changes))) : target;

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target is JsonObject known ? (JsonObject)known.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null) result.Remove(name);
            else result[name] = Merge(result[name], value);
        }

        return result;
    }
}
