namespace Sallyport.Audit;

/// <summary>The log, its head or its keys are not as they were left. Nothing may be signed and no effect may start from here.</summary>
/// <param name="reason">What is wrong, without a full stop.</param>
/// <param name="inner">What failed.</param>
public sealed class AuditLogException(string reason, Exception? inner = null) : Exception(
    $"The audit log cannot be continued: {reason}. Nothing was changed. Run \"sallyport fsck\" on the data folder to see what differs; if an older copy was restored, put the newer one back.", inner);
