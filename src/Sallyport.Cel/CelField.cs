namespace Sallyport.Cel;

/// <summary>A declared member of an object type.</summary>
/// <param name="Name">The member's name in the JSON object.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="IsRequired">True if it is always present. Selecting an absent member is an error; <c>has()</c> guards against it.</param>
public sealed record CelField(string Name, CelType Type, bool IsRequired = false);
