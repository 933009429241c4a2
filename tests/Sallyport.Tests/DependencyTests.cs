using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Sallyport.Tests;

/// <summary>Arrows point down: read from the IL, where a reference inside a lambda of an async method cannot hide.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, int> Levels = new(StringComparer.Ordinal)
    {
        ["Tools"] = 0, ["Identity"] = 0, ["Audit"] = 0, ["DataGovernance"] = 0, ["Limits"] = 0, ["Authorization"] = 0,
        ["Policy"] = 1, ["Execution"] = 1, ["Passkeys"] = 1, ["Outbox"] = 1,
        ["Workflows"] = 2, ["Protocol"] = 2, ["KillSwitch"] = 2,
        ["Approvals"] = 3,
        ["Actions"] = 4, ["Reporting"] = 4, ["Evals"] = 4,
    };

    private static readonly Dictionary<string, string[]> Projects = new(StringComparer.Ordinal)
    {
        ["Sallyport.Contracts"] = [],
        ["Sallyport.JsonSchema"] = [],
        ["Sallyport.Cel"] = [],
        ["Sallyport.Proofs"] = ["Sallyport.JsonSchema", "Sallyport.Cel"],
        ["Sallyport"] = ["Sallyport.Contracts", "Sallyport.JsonSchema", "Sallyport.Cel", "Sallyport.Proofs"],
        ["Sallyport.Storage"] = ["Sallyport", "Sallyport.Contracts"],
        ["Sallyport.Connectors"] = ["Sallyport", "Sallyport.Contracts"],
        ["Sallyport.Console"] = ["Sallyport.Contracts"],
        ["Sallyport.Client"] = ["Sallyport.Contracts"],
        ["sallyport-verifier"] = [],
        ["sallyport-witness"] = ["sallyport-verifier"],
    };

    [Fact]
    public void EngineFolders_ReferencedFromIl_PointDown()
    {
        using var stream = File.OpenRead(typeof(Sallyport.Tools.ToolContract).Assembly.Location);
        using var file = new PEReader(stream);
        var offences = References(file).Where(reference => Level(reference.From) < Level(reference.To)).Select(reference => $"{reference.From} -> {reference.To}").Distinct().ToList();
        Assert.Empty(offences);
    }

    [Fact]
    public void EngineFolders_AllOfThem_HaveALevel()
    {
        var folders = typeof(Sallyport.Tools.ToolContract).Assembly.GetTypes().Select(type => Folder(type.Namespace ?? "")).OfType<string>().Distinct().Order();
        Assert.Equal(Levels.Keys.Order(), folders);
    }

    [Fact]
    public void Projects_OfOurs_ReferenceOnlyWhatTheyMay()
    {
        foreach (var (project, allowed) in Projects)
        {
            var path = Directory.EnumerateFiles(Path.Combine(Repository.Root, "artifacts", "bin"), project + ".dll", SearchOption.AllDirectories).FirstOrDefault();
            Assert.True(path is not null, $"{project} is not built.");
            using var stream = File.OpenRead(path);
            using var file = new PEReader(stream);
            var reader = file.GetMetadataReader();
            var references = reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).Where(name => name.StartsWith("Sallyport", StringComparison.OrdinalIgnoreCase));
            Assert.Empty(references.Except(allowed).Select(name => $"{project} -> {name}"));
        }
    }

    [Fact]
    public void EngineAssembly_Packages_HaveNoWebFrameworkAndNoDriver()
    {
        var names = typeof(Sallyport.Tools.ToolContract).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        Assert.DoesNotContain(names, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.Contains("Sqlite") || name.Contains("Npgsql") || name.Contains("ModelContextProtocol"));
    }

    private static int Level(string folder) => Levels[folder];

    /// <summary>Every pair of folders of which the first mentions a type of the second, in a signature or in a method body.</summary>
    private static IEnumerable<(string From, string To)> References(PEReader file)
    {
        var reader = file.GetMetadataReader();
        foreach (var typeHandle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(typeHandle);
            if (FolderOf(reader, typeHandle) is not { } from) continue;
            foreach (var method in type.GetMethods())
                foreach (var to in BodyFolders(file, reader, method)) yield return (from, to);
            foreach (var field in type.GetFields())
                foreach (var to in SignatureFolders(reader, reader.GetFieldDefinition(field).Signature)) yield return (from, to);
        }
    }

    private static IEnumerable<string> BodyFolders(PEReader file, MetadataReader reader, MethodDefinitionHandle handle)
    {
        var method = reader.GetMethodDefinition(handle);
        foreach (var folder in SignatureFolders(reader, method.Signature)) yield return folder;
        if (method.RelativeVirtualAddress == 0) yield break;
        var body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
        // Every token-sized window whose table is one that names types or members: a superset of the operands, which only makes the test stricter
        // where a window happens to be a valid row, and such a row is still something this assembly really mentions.
        foreach (var token in Tokens(body))
            if (TokenFolder(reader, token) is { } folder) yield return folder;
    }

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var i = 0; i < il.Length;)
        {
            var code = il[i] == 0xFE && i + 1 < il.Length ? OpCodeTable.Two[il[i + 1]] : OpCodeTable.One[il[i]];
            i += code.Size;
            if (code.OperandType == System.Reflection.Emit.OperandType.InlineSwitch)
            {
                i += 4 + (4 * BitConverter.ToInt32(il, i));
                continue;
            }

            if (code.OperandType is System.Reflection.Emit.OperandType.InlineMethod or System.Reflection.Emit.OperandType.InlineField
                or System.Reflection.Emit.OperandType.InlineType or System.Reflection.Emit.OperandType.InlineTok) yield return BitConverter.ToInt32(il, i);
            i += OpCodeTable.OperandSize(code.OperandType);
        }
    }

    private static string? TokenFolder(MetadataReader reader, int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        return handle.Kind switch
        {
            HandleKind.TypeDefinition => FolderOf(reader, (TypeDefinitionHandle)handle),
            HandleKind.MethodDefinition => FolderOf(reader, reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()),
            HandleKind.FieldDefinition => FolderOf(reader, reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()),
            HandleKind.MethodSpecification => TokenFolder(reader, MetadataTokens.GetToken(reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method)),
            HandleKind.MemberReference => TokenFolder(reader, MetadataTokens.GetToken(reader.GetMemberReference((MemberReferenceHandle)handle).Parent)),
            HandleKind.TypeSpecification => SignatureFolders(reader, reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature).FirstOrDefault(),
            _ => null,
        };
    }

    /// <summary>Types named in a signature blob: coded type tokens follow the bytes CLASS (0x12) and VALUETYPE (0x11).</summary>
    private static IEnumerable<string> SignatureFolders(MetadataReader reader, BlobHandle signature)
    {
        var blob = reader.GetBlobReader(signature);
        var folders = new List<string>();
        while (blob.RemainingBytes > 0)
        {
            var element = blob.ReadByte();
            if (element is not (0x11 or 0x12) || blob.RemainingBytes == 0) continue;
            var handle = blob.ReadTypeHandle();
            if (handle.Kind == HandleKind.TypeDefinition && FolderOf(reader, (TypeDefinitionHandle)handle) is { } folder) folders.Add(folder);
        }

        return folders;
    }

    private static string? FolderOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil) type = reader.GetTypeDefinition(type.GetDeclaringType());
        return Folder(reader.GetString(type.Namespace));
    }

    private static string? Folder(string name) => name.StartsWith("Sallyport.", StringComparison.Ordinal) ? name["Sallyport.".Length..].Split('.')[0] : null;

    private static class OpCodeTable
    {
        internal static readonly System.Reflection.Emit.OpCode[] One = new System.Reflection.Emit.OpCode[256];
        internal static readonly System.Reflection.Emit.OpCode[] Two = new System.Reflection.Emit.OpCode[256];

        static OpCodeTable()
        {
            foreach (var field in typeof(System.Reflection.Emit.OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                var code = (System.Reflection.Emit.OpCode)field.GetValue(null)!;
                (code.Size == 1 ? One : Two)[code.Value & 0xFF] = code;
            }
        }

        internal static int OperandSize(System.Reflection.Emit.OperandType type) => type switch
        {
            System.Reflection.Emit.OperandType.InlineNone => 0,
            System.Reflection.Emit.OperandType.ShortInlineBrTarget or System.Reflection.Emit.OperandType.ShortInlineI or System.Reflection.Emit.OperandType.ShortInlineVar => 1,
            System.Reflection.Emit.OperandType.InlineVar => 2,
            System.Reflection.Emit.OperandType.InlineI8 or System.Reflection.Emit.OperandType.InlineR => 8,
            _ => 4,
        };
    }
}
