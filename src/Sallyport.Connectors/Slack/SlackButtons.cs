namespace Sallyport.Connectors.Slack;

/// <summary>The message's buttons. Their value names what was shown, never what is decided about it.</summary>
public static class SlackButtons
{
    /// <summary>Approves.</summary>
    public const string Approve = "sallyport_approve";

    /// <summary>Leads to where a denial and its reason are given.</summary>
    public const string Deny = "sallyport_deny";

    /// <summary>Opens the console.</summary>
    public const string Open = "sallyport_open";

    private const char Separator = '|';

    /// <summary>The value: approval and digest of its statement.</summary>
    public static string Value(string approval, string digest) => approval + Separator + digest;

    /// <summary>Reads a value; null when it is none.</summary>
    public static (string Approval, string Digest)? Read(string? value) =>
        value?.Split(Separator) is [{ Length: > 0 and <= 100 } approval, { Length: > 0 and <= 100 } digest] ? (approval, digest) : null;
}
