namespace Sallyport.Samples.Payments.Hosting;

/// <summary>The process cannot start as it was asked to; the message is meant for the person who started it.</summary>
internal sealed class StartRefusedException : Exception
{
    public StartRefusedException(string message) : base(message) { }

    public StartRefusedException(string message, Exception cause) : base(message, cause) { }
}
