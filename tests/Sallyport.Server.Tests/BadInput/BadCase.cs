using System.Text;
using Sallyport.Contracts.Errors;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.BadInput;

/// <summary>Who sends a malformed request.</summary>
public enum Sender
{
    Nobody,
    Agent,
    Dana,
    Admin,
    Operator,
}

/// <summary>One malformed request and the exact answer that it must get.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Sender">Whose credential it carries.</param>
/// <param name="Method">Method.</param>
/// <param name="Path">Path and query; <c>{task}</c> stands for a fresh task.</param>
/// <param name="Body">Body as sent; null for none.</param>
/// <param name="Status">Expected status.</param>
/// <param name="Code">Expected code.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Header">A further header, <c>Name: value</c>.</param>
public sealed record BadCase(
    string Name, Sender Sender, string Method, string Path, string? Body, int Status, string Code, string ContentType = "application/json", string? Header = null)
{
    public override string ToString() => Name;

    /// <summary>Sends it.</summary>
    public async Task<GateReply> SendAsync(TestGate gate)
    {
        var bearer = Sender switch
        {
            Sender.Agent => await gate.TokenAsync(),
            Sender.Dana => await gate.SessionAsync("dana"),
            Sender.Admin => await gate.SessionAsync("admin"),
            Sender.Operator => await gate.SessionAsync("otto"),
            Sender.Nobody => null,
        };
        var body = Body is not null && Body.Contains("{task}", StringComparison.Ordinal) ? Body.Replace("{task}", await gate.OpenTaskAsync(), StringComparison.Ordinal) : Body;
        HttpContent? content = null;
        if (body is not null)
        {
            content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (ContentType.Length > 0) content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        var header = Header?.Split(": ", 2);
        return await gate.SendAsync(new HttpMethod(Method), Path, content, bearer, header is null ? [] : [(header[0], header[1])]);
    }
}

/// <summary>What every refusal must look like.</summary>
public static class Problems
{
    /// <summary>Fails unless the answer is a whole problem document with this status and code, and gives nothing away.</summary>
    public static void MustBeProblem(this GateReply reply, int status, string code)
    {
        reply.MustBe(status, code);
        Assert.Equal("application/problem+json", reply.Headers["content-type"]);
        Assert.Equal(status, reply.Body.GetProperty("status").GetInt32());
        foreach (var member in (string[])["type", "title", "detail", "effect", "what_to_do", "trace_id"])
            Assert.False(string.IsNullOrWhiteSpace(reply.Str(member)), $"{member} is missing in {reply.Text}");
        Assert.StartsWith("urn:sallyport:error:", reply.Str("type"), StringComparison.Ordinal);
        Assert.Equal(reply.Body.GetProperty("retriable").GetBoolean(), reply.Body.TryGetProperty("retry_after", out var seconds) && seconds.GetInt32() > 0);
        if (ErrorCatalogue.All.TryGetValue(code, out var entry)) Assert.Equal((entry.Status, entry.Retriable), (status, reply.Body.GetProperty("retriable").GetBoolean()));
        foreach (var leak in (string[])["   at ", "System.", "Exception", ".cs:line", "Microsoft.", "SQLite"])
            Assert.DoesNotContain(leak, reply.Text, StringComparison.Ordinal);
    }
}
