namespace Sallyport.Contracts.Errors;

/// <summary>What is known about the outside world when an error is reported.</summary>
public enum EffectCertainty
{
    /// <summary>Nothing was changed, and nothing will be by this action.</summary>
    None,

    /// <summary>The change was made.</summary>
    Happened,

    /// <summary>The change may or may not have been made; the server is finding out.</summary>
    Unknown,
}
