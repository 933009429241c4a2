using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sallyport.Server.Tests.Faults;

/// <summary>Reads one whole request per connection and closes without an answer: what makes HTTP clients send again by themselves.</summary>
internal sealed class ClosingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _requests = [];
    private readonly Task _loop;

    internal ClosingServer()
    {
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _loop = AcceptAsync();
    }

    internal Uri Url { get; }

    /// <summary>First lines of the requests that arrived whole.</summary>
    internal IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await ReadAsync(client.GetStream());
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4_096];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            if (text.ToString().Split("\r\n\r\n", 2) is not [var head, var body]) continue;
            var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))?[16..];
            if (body.Length < int.Parse(length ?? "0", System.Globalization.CultureInfo.InvariantCulture)) continue;
            lock (_requests) _requests.Add(head.Split("\r\n")[0]);
            return;
        }
    }
}
