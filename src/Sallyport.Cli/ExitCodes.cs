namespace Sallyport.Cli;

/// <summary>Exit codes, the same for every verb.</summary>
internal static class ExitCodes
{
    internal const int Ok = 0;
    internal const int Refused = 1;
    internal const int Unavailable = 2;
    internal const int Usage = 3;
}
