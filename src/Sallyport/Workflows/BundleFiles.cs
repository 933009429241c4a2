using System.Text;
using System.Text.Json;
using Sallyport.Contracts.Json;

namespace Sallyport.Workflows;

/// <summary>The files of a bundle, by path with <c>/</c>: manifest, contracts, policy, prompts, golden tasks; nothing else is read.</summary>
public sealed class BundleFiles
{
    /// <summary>Largest file, bytes.</summary>
    public const int MaxFileBytes = 1 << 20;

    /// <summary>Most files.</summary>
    public const int MaxFiles = 2_000;

    private static readonly string[] Patterns = ["workflow.yaml", "policy.yaml", "tools/*.yaml", "prompts/*.md", "golden/*.yaml"];

    private readonly SortedDictionary<string, string> _files;

    /// <summary>Takes files that were read elsewhere.</summary>
    public BundleFiles(IEnumerable<KeyValuePair<string, string>> files) =>
        _files = new SortedDictionary<string, string>(files.ToDictionary(), StringComparer.Ordinal);

    /// <summary>Path and text, in ordinal order of the paths.</summary>
    public IReadOnlyDictionary<string, string> Texts => _files;

    /// <summary>Digest of the canonical map from path to file digest: the release hash.</summary>
    public string Hash => CanonicalJson.Digest(JsonSerializer.SerializeToElement(
        _files.ToDictionary(file => file.Key, file => CanonicalJson.Digest(Encoding.UTF8.GetBytes(file.Value)))));

    /// <summary>The text of a file, or null.</summary>
    public string? this[string path] => _files.GetValueOrDefault(path);

    /// <summary>Files below a folder.</summary>
    public IEnumerable<KeyValuePair<string, string>> Under(string folder) =>
        _files.Where(file => file.Key.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>Takes files that were sent; faults (a path that no bundle has, too many, too large) are added and null is returned.</summary>
    public static BundleFiles? Take(IReadOnlyDictionary<string, string> files, ICollection<BundleFault> faults)
    {
        var before = faults.Count;
        if (files.Count > MaxFiles) faults.Add(new BundleFault("", 1, 1, $"The bundle has {files.Count} files; at most {MaxFiles} are allowed."));
        foreach (var (path, text) in files)
        {
            if (!IsBundlePath(path)) faults.Add(new BundleFault(path.Length <= 100 ? path : path[..100], 1, 1, $"A bundle has no such file; it holds {string.Join(", ", Patterns)}."));
            else if (Encoding.UTF8.GetByteCount(text) > MaxFileBytes) faults.Add(new BundleFault(path, 1, 1, $"The file is larger than {MaxFileBytes} bytes."));
        }

        return faults.Count == before ? new BundleFiles(files) : null;
    }

    /// <summary>The same paths that <see cref="Read"/> finds in a folder.</summary>
    private static bool IsBundlePath(string path) => Patterns.Any(pattern =>
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return path == pattern;
        var (head, tail) = (pattern[..star], pattern[(star + 1)..]);
        return path.Length > pattern.Length - 1 && path.StartsWith(head, StringComparison.Ordinal) && path.EndsWith(tail, StringComparison.Ordinal)
            && !path[head.Length..].Contains('/', StringComparison.Ordinal) && !path[head.Length..].Contains('\\', StringComparison.Ordinal);
    });

    /// <summary>Reads a folder; faults (missing folder, too large, not UTF-8) are added and null is returned.</summary>
    public static BundleFiles? Read(string directory, ICollection<BundleFault> faults)
    {
        if (!Directory.Exists(directory))
        {
            faults.Add(new BundleFault(directory, 1, 1, "There is no such folder."));
            return null;
        }

        var before = faults.Count;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pattern in Patterns)
        {
            var folder = Path.Combine(directory, Path.GetDirectoryName(pattern)!);
            if (!Directory.Exists(folder)) continue;
            foreach (var path in Directory.EnumerateFiles(folder, Path.GetFileName(pattern)).Order(StringComparer.Ordinal))
            {
                var name = Path.GetRelativePath(directory, path).Replace('\\', '/');
                if (ReadFile(path, name, faults) is { } text) files[name] = text;
            }
        }

        if (files.Count > MaxFiles) faults.Add(new BundleFault(directory, 1, 1, $"The bundle has {files.Count} files; at most {MaxFiles} are allowed."));
        return faults.Count == before ? new BundleFiles(files) : null;
    }

    private static string? ReadFile(string path, string name, ICollection<BundleFault> faults)
    {
        if (new FileInfo(path).Length > MaxFileBytes)
        {
            faults.Add(new BundleFault(name, 1, 1, $"The file is larger than {MaxFileBytes} bytes."));
            return null;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException)
        {
            faults.Add(new BundleFault(name, 1, 1, "The file is not UTF-8."));
            return null;
        }
    }
}
