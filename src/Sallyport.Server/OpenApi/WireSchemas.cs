using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;

namespace Sallyport.Server.OpenApi;

/// <summary>JSON Schemas of the wire types, taken from the types themselves.</summary>
internal static class WireSchemas
{
    internal static JsonObject All() => new()
    {
        ["TaskCall"] = Of<TaskCall>(), ["TaskView"] = Of<TaskView>(), ["ActionView"] = Of<ActionView>(), ["ReadView"] = Of<ReadView>(), ["Problem"] = Of<Problem>(),
    };

    internal static JsonObject Of<T>() => (JsonObject)WireJson.Options.GetJsonSchemaAsNode(typeof(T), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
}
