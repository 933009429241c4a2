using System.Diagnostics;

namespace Sallyport.Simulation.SeededBugs;

/// <summary>A copy of the sources below <c>artifacts</c> in which defects are put and taken back; built only as far as the catchers need it.</summary>
internal sealed class PatchedTree(string root)
{
    private static readonly string[] Parts = ["src", "tests/Sallyport.Simulation", "tests/Sallyport.Server.Tests", "tests/Sallyport.Storage.Tests", "tests/Sallyport.Verifier.Tests", "tests/Sallyport.Testing", "workflows", "eng"];
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", "node_modules"];
    private readonly string _tree = Path.Combine(root, "artifacts", "seeded-bugs");

    /// <summary>Makes the copy equal to the sources; files that are equal keep their time, so that little is built again.</summary>
    internal void Synchronize()
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(root).Concat(Parts.SelectMany(part => Files(new DirectoryInfo(Path.Combine(root, part))))))
        {
            var name = Path.GetRelativePath(root, file);
            wanted.Add(name);
            Write(name, File.ReadAllBytes(file));
        }

        foreach (var file in Parts.Select(part => new DirectoryInfo(Path.Combine(_tree, part))).Where(part => part.Exists).SelectMany(Files))
            if (!wanted.Contains(Path.GetRelativePath(_tree, file))) File.Delete(file);
    }

    internal void Write(string name, byte[] bytes)
    {
        var target = Path.Combine(_tree, name);
        if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(bytes)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, bytes);
    }

    /// <summary>Builds a project of the copy without what only judges style; the output when it fails, otherwise null.</summary>
    /// <param name="project">Path of the project file.</param>
    /// <param name="alone">Only this project: everything that it refers to is built.</param>
    internal string? Build(string project, bool alone = false)
    {
        string[] what = alone ? ["build", project, "--no-restore", "--no-dependencies"] : ["build", project];
        var (code, output) = Run("dotnet", [.. what, "-c", "Release", "-v", "q", "--nologo", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false",
            "-p:TreatWarningsAsErrors=false", "-p:GenerateDocumentationFile=false"]);
        return code == 0 ? null : output;
    }

    /// <summary>Puts the assembly of a project as it is built now beside a program that uses it; returns what takes that back.</summary>
    internal Action Swap(string project, string program)
    {
        var assembly = project + ".dll";
        var place = Path.Combine(_tree, "artifacts", "bin", program, "release", assembly);
        var clean = File.ReadAllBytes(place);
        File.Copy(Path.Combine(_tree, "artifacts", "bin", project, "release", assembly), place, overwrite: true);
        return () => File.WriteAllBytes(place, clean);
    }

    /// <summary>Runs a program of the copy; exit code and output.</summary>
    internal (int Code, string Output) Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _tree, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static IEnumerable<string> Files(DirectoryInfo folder) =>
        Skipped.Contains(folder.Name) ? [] : folder.EnumerateFiles().Select(file => file.FullName).Concat(folder.EnumerateDirectories().SelectMany(Files));
}
