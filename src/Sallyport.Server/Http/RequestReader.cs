using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Http;

/// <summary>Reads request bodies strictly: right media type, bounded size, well-formed, no repeated or unknown member.</summary>
internal static class RequestReader
{
    /// <summary>Reads a body, or answers with the problem and returns null.</summary>
    /// <param name="http">The request.</param>
    /// <param name="largest">Most bytes, where an address takes more than others; set only once the caller is known.</param>
    internal static async Task<T?> ReadAsync<T>(HttpContext http, int? largest = null) where T : class
    {
        if (!http.Request.HasJsonContentType()) return await FailAsync<T>(http, ErrorCatalogue.UnsupportedMediaType, "Content-Type must be application/json.");
        var limit = largest ?? http.RequestServices.GetRequiredService<IOptions<ServerOptions>>().Value.MaxBodyBytes;
        if (largest is not null && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = largest;
        if (await ReadBytesAsync(http, limit) is not { } bytes) return await FailAsync<T>(http, ErrorCatalogue.BodyTooLarge, $"At most {limit} bytes.");
        try
        {
            var element = CanonicalJson.Parse(bytes);
            if (element.ValueKind != JsonValueKind.Object) return await FailAsync<T>(http, ErrorCatalogue.InvalidRequest, "The body must be a JSON object.");
            return Deserialize<T>(element, out var fault) ?? await FailAsync<T>(http, ErrorCatalogue.InvalidRequest, fault);
        }
        catch (JsonException fault)
        {
            var where = fault.LineNumber is { } line ? $"Not well-formed at line {line + 1}, byte {fault.BytePositionInLine + 1}." : fault.Message;
            return await FailAsync<T>(http, ErrorCatalogue.MalformedJson, where);
        }
    }

    /// <summary>Reads at most so many bytes; null when there are more.</summary>
    internal static async Task<byte[]?> ReadBytesAsync(HttpContext http, int limit)
    {
        if (http.Request.ContentLength > limit) return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        for (int read; (read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0;)
        {
            if (buffer.Length + read > limit) return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    internal static T? Deserialize<T>(JsonElement element, out string fault) where T : class
    {
        try
        {
            fault = "The body must be a JSON object.";
            if (NullInList<T>(element) is { } member)
            {
                fault = $"The member \"{member}\" holds null.";
                return null;
            }

            return element.Deserialize<T>(WireJson.Options);
        }
        catch (JsonException failure)
        {
            fault = Explain<T>(element, failure);
            return null;
        }
    }

    /// <summary>A list of texts that holds null: the serializer's nullability check does not reach into lists.</summary>
    private static string? NullInList<T>(JsonElement element) => typeof(T).GetProperties()
        .Where(property => property.PropertyType == typeof(IReadOnlyList<string>))
        .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
        .FirstOrDefault(name => element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null));

    /// <summary>Says which member is wrong, in the caller's words instead of the serializer's.</summary>
    private static string Explain<T>(JsonElement element, JsonException failure)
    {
        var known = typeof(T).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).ToList();
        var unknown = element.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !known.Contains(name));
        if (unknown is not null)
        {
            var meant = Tools.NearestName.Find(unknown, known);
            return $"The member \"{(unknown.Length > 64 ? unknown[..64] : unknown)}\" is not known{(meant is null ? "." : $"; did you mean \"{meant}\"?")}";
        }

        var missing = typeof(T).GetConstructors()[0].GetParameters().Where(parameter => !parameter.HasDefaultValue)
            .Select(parameter => JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!)).FirstOrDefault(name => !element.TryGetProperty(name, out _));
        return missing is not null ? $"The member \"{missing}\" is required." : $"The member at {failure.Path ?? "$"} has the wrong type.";
    }

    private static async Task<T?> FailAsync<T>(HttpContext http, ErrorCode code, string detail) where T : class
    {
        await Answers.ProblemAsync(http, code, detail);
        return null;
    }
}
