using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Http;

namespace Sallyport.Server.Audit;

/// <summary>One query that tells the whole story of any id, and the export that can be verified elsewhere. People only.</summary>
internal static class AuditEndpoints
{
    private const int ChainLimit = 5_000;
    private const int PageSize = 1_000;

    internal static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/chain/{id}", ChainAsync);
        routes.MapGet("/v1/audit/entries", EntriesAsync);
        routes.MapTiles();
        routes.MapAuditOperations();
    }

    private static async Task ChainAsync(HttpContext http, string id, Callers callers, IAuditStore audit)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var entries = id.Length <= 255 ? await audit.ChainAsync(person.Tenant, id, ChainLimit, http.RequestAborted) : [];
        if (entries.Count == 0) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "Nothing is recorded about this id.");
        else await Answers.WriteAsync(http, 200, new ChainView(id, [.. entries.Select(entry => entry.ActionId).OfType<string>().Distinct(StringComparer.Ordinal)], [.. entries.Select(Step)]));
    }

    /// <summary>Entries from a position (default 0) as newline-delimited JSON: index, leaf bytes and, unless erased, the payload with its salt.</summary>
    private static async Task EntriesAsync(HttpContext http, long? from, long? count, Callers callers, IAuditStore audit)
    {
        if (await callers.PersonAsync(http) is null) return;
        http.Response.ContentType = "application/x-ndjson";
        http.Response.Headers.CacheControl = "no-store";
        var start = Math.Max(from ?? 0, 0);
        var size = await audit.SizeAsync(http.RequestAborted);
        if (count is { } most && most < size - start) size = start + Math.Max(most, 0);
        for (var next = start; next < size;)
        {
            var page = await audit.ReadAsync(next, (int)Math.Min(PageSize, size - next), http.RequestAborted);
            foreach (var entry in page)
            {
                var line = new { index = entry.Index, leaf = Convert.ToBase64String(entry.Leaf), payload = entry.Payload, salt = entry.Salt is null ? null : Convert.ToBase64String(entry.Salt) };
                await http.Response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, WireJson.Options), (byte)'\n'], http.RequestAborted);
            }

            if (page.Count == 0) break;
            next = page[^1].Index + 1;
        }
    }

    internal static ChainStep Step(StoredEntry entry) => new(
        entry.Index, entry.At, entry.Kind, entry.ActionId, entry.Actor, CanonicalJson.Parse(entry.Leaf), entry.Payload is null ? null : CanonicalJson.Parse(entry.Payload),
        Convert.ToBase64String(entry.LeafHash));
}
