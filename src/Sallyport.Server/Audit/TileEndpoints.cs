using System.Buffers.Binary;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Server.Http;

namespace Sallyport.Server.Audit;

/// <summary>
/// The log as C2SP tlog-tiles under the prefix <c>/audit</c>. Checkpoint and keys are for everybody, since a checkpoint is worth something
/// only where others keep it, and it says nothing but a size. Tiles and entries are the tenant's, so they are for people.
/// </summary>
internal static class TileEndpoints
{
    private const string Immutable = "private, max-age=31536000, immutable";

    internal static void MapTiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit/checkpoint", CheckpointAsync);
        routes.MapGet("/audit/key", (LogSigner signer) => Results.Text(signer.VerifierKey + "\n"));
        routes.MapGet("/audit/keys", (LogSigner signer) => Results.Text(string.Concat(signer.VerifierKeys.Select(key => key + "\n"))));
        routes.MapGet("/audit/tile/{**path}", TileAsync);
    }

    /// <summary>The last checkpoint that was released (C2SP tlog-checkpoint); at most a second old.</summary>
    private static Task CheckpointAsync(HttpContext http, CheckpointPublisher publisher)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(publisher.Released.Note, http.RequestAborted);
    }

    private static async Task TileAsync(HttpContext http, string path, Callers callers, ITreeStore store, IAuditStore audit, CheckpointPublisher publisher)
    {
        if (await callers.PersonAsync(http) is null) return;
        if (TilePath.Parse(path) is not { } tile || tile.Start + tile.Width > Hashes(tile, publisher.Released.Size))
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no such tile under the last checkpoint.");
            return;
        }

        var bytes = tile.Level is { } level
            ? [.. (await store.HashesAsync(level, tile.Start, tile.Width, http.RequestAborted)).SelectMany(hash => hash)]
            : Bundle(await audit.ReadAsync(tile.Start, tile.Width, http.RequestAborted));
        http.Response.ContentType = "application/octet-stream";
        http.Response.Headers.CacheControl = Immutable;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>How many hashes the tile's level has in a tree of that size; none on levels that 63 bits of entries cannot reach.</summary>
    private static long Hashes(TilePath tile, long size) => tile.Level is not { } level ? size : level > 7 ? 0 : size >> (8 * level);

    /// <summary>Entries with their lengths before them, two bytes each, big-endian.</summary>
    private static byte[] Bundle(IReadOnlyList<StoredEntry> entries)
    {
        var bytes = new byte[entries.Sum(entry => 2 + entry.Leaf.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)entry.Leaf.Length);
            entry.Leaf.CopyTo(bytes, at + 2);
            at += 2 + entry.Leaf.Length;
        }

        return bytes;
    }
}
