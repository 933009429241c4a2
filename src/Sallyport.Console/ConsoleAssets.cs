using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Console;

/// <summary>A file that pages refer to.</summary>
/// <param name="Path">Where it is served.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="Text">Its text.</param>
public sealed record ConsoleAsset(string Path, string ContentType, string Text)
{
    /// <summary>The address in pages: it changes with the text, so that browsers may keep the file for ever.</summary>
    public string Address { get; } = $"{Path}?v={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..12]}";
}

/// <summary>The console's style sheet, its one script and its icon, embedded in the assembly.</summary>
public static class ConsoleAssets
{
    private static readonly Assembly Assembly = Assembly.GetExecutingAssembly();

    /// <summary>The style sheet: the files of the design system in the order of their names.</summary>
    public static ConsoleAsset Css { get; } = new("/console.css", "text/css; charset=utf-8",
        string.Concat(Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".css", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)));

    /// <summary>Freshness and shortcuts; pages work without it.</summary>
    public static ConsoleAsset Script { get; } = new("/console.js", "text/javascript; charset=utf-8", Read("Sallyport.Console.Assets.console.js"));

    /// <summary>Making a passkey and signing with it; only the pages that need it load it.</summary>
    public static ConsoleAsset PasskeyScript { get; } = new("/passkey.js", "text/javascript; charset=utf-8", Read("Sallyport.Console.Assets.passkey.js"));

    /// <summary>The icon.</summary>
    public static ConsoleAsset Icon { get; } = new("/icon.svg", "image/svg+xml", Read("Sallyport.Console.Assets.icon.svg"));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConsoleAsset> All => [Css, Script, PasskeyScript, Icon];

    private static string Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
