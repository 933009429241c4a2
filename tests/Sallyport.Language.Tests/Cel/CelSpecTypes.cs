using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>Types as the suite writes them: <c>map(string, int)</c>, <c>abstract(tuple&lt;int&gt;&lt;dyn&gt;)</c>.</summary>
internal sealed class CelSpecTypes
{
    private readonly string _text;
    private int _at;

    private CelSpecTypes(string text) => _text = text;

    public static CelType Parse(string text) => new CelSpecTypes(text).Type();

    public static string Write(CelType type) => type.Kind switch
    {
        CelTypeKind.List or CelTypeKind.Map => $"{type.Name}({string.Join(", ", type.Parameters.Select(Write))})",
        CelTypeKind.Nullable => $"wrapper({Write(type.Parameters[0])})",
        CelTypeKind.Optional or CelTypeKind.Opaque => $"abstract({type.Name}{string.Concat(type.Parameters.Select(p => $"<{Write(p)}>"))})",
        _ => type.ToString(),
    };

    private CelType Type()
    {
        var name = Word();
        switch (name)
        {
            case "list":
                return Inside(() => CelType.List(Type()));
            case "map":
                return Inside(() =>
                {
                    var key = Type();
                    Skip(',');
                    return CelType.Map(key, Type());
                });
            case "wrapper":
                return Inside(() => CelType.Nullable(Type()));
            case "param":
                return Inside(() => CelType.TypeParameter(Word()));
            case "abstract":
                return Inside(Abstract);
            case "message":
                return Inside(() => Scalar(Word()));
            default:
                return Scalar(name);
        }
    }

    private CelType Abstract()
    {
        var name = Word();
        var parameters = new List<CelType>();
        while (_at < _text.Length && _text[_at] == '<')
        {
            Skip('<');
            parameters.Add(Type());
            Skip('>');
        }

        return name == "optional_type" ? CelType.Optional(parameters[0]) : CelType.Opaque(name, [.. parameters]);
    }

    private static CelType Scalar(string name) => name switch
    {
        "bool" => CelType.Bool,
        "int" => CelType.Int,
        "uint" => CelType.Uint,
        "double" => CelType.Double,
        "string" => CelType.String,
        "bytes" => CelType.Bytes,
        "null_type" => CelType.Null,
        "dyn" => CelType.Dyn,
        "timestamp" or "google.protobuf.Timestamp" => CelType.Timestamp,
        "duration" or "google.protobuf.Duration" => CelType.Duration,
        _ => throw new FormatException($"Unknown type '{name}' in the suite."),
    };

    private CelType Inside(Func<CelType> read)
    {
        Skip('(');
        var type = read();
        Skip(')');
        return type;
    }

    private string Word()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
            _at++;
        return _text[start.._at];
    }

    private void Skip(char expected)
    {
        if (_text[_at] != expected)
            throw new FormatException($"Expected '{expected}' at {_at} of '{_text}'.");
        _at++;
        while (_at < _text.Length && _text[_at] == ' ')
            _at++;
    }
}
