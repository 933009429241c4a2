using System.Net;
using System.Net.Sockets;
using Sallyport.Execution;

namespace Sallyport.Connectors.Http;

/// <summary>
/// Sends one effect exactly once. .NET's own handler repeats requests by itself: a body-less POST or DELETE up to four times when the
/// server reads it and closes (dotnet/runtime issue 86714). So every request here carries content, never expects 100-continue, speaks
/// HTTP/1.1 only, follows no redirect, and has one connection for its whole life; a second connect is refused.
/// </summary>
internal static class EffectHttpHandler
{
    /// <summary>An invoker for one attempt.</summary>
    internal static HttpMessageInvoker Create(EffectPass pass)
    {
        var connected = 0;
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = 1,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = async (context, cancellation) =>
            {
                if (Interlocked.Exchange(ref connected, 1) == 1) throw new IOException("An effect has one connection; a second was refused.");
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            // Above TLS: a failed handshake has sent nothing of the request.
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new PassStream(context.PlaintextStream, pass)),
        }, disposeHandler: true);
    }

    /// <summary>Forces the properties that make a request unrepeatable.</summary>
    internal static void Prepare(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.ExpectContinue = false;
        request.Content ??= new ByteArrayContent([]);
    }

    /// <summary>Lets the first byte out only with a pass that was not revoked.</summary>
    private sealed class PassStream(Stream inner, EffectPass pass) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Leave();
            inner.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Leave();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private void Leave()
        {
            if (!pass.TryLeave()) throw new IOException("The pass was revoked before the request left.");
        }
    }
}
