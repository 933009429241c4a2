namespace Sallyport.Cel;

/// <summary>A variable that expressions may use.</summary>
/// <param name="Name">Its name; a dotted name such as <c>a.b</c> is one qualified variable.</param>
/// <param name="Type">Its static type.</param>
public sealed record CelVariable(string Name, CelType Type);
