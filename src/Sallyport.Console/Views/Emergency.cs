namespace Sallyport.Console.Views;

/// <summary>A halt in force.</summary>
/// <param name="Id">Id.</param>
/// <param name="Scope">What is stopped.</param>
/// <param name="Name">What is stopped, as people call it.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="HasReceipt">Whether its receipt is signed.</param>
public sealed record ActiveHalt(string Id, string Scope, string Name, string Reason, string By, DateTimeOffset At, bool HasReceipt);

/// <summary>Something that can be halted.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Kind"><c>agent</c>, <c>workflow</c> or <c>tool</c>.</param>
public sealed record HaltChoice(string Scope, string Name, string Kind);

/// <summary>A server process.</summary>
/// <param name="Id">Id of its life.</param>
/// <param name="PermitUntil">Until when it may send.</param>
/// <param name="IsCurrent">Whether it has taken in every halt.</param>
public sealed record ReplicaLine(string Id, DateTimeOffset PermitUntil, bool IsCurrent);
