using System.Net;
using System.Net.Mail;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Outbox;

namespace Sallyport.Connectors.Mail;

/// <summary>The mail server.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tls">Whether STARTTLS is demanded.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="Password">Source of the password.</param>
/// <param name="From">Sender's address.</param>
public sealed record MailSite(string Host, int Port, bool Tls, string? User, SecretSource? Password, string From);

/// <summary>Sends mail by SMTP.</summary>
public sealed class MailSender(MailSite site)
{
    /// <summary>Sends one message to one person.</summary>
    /// <param name="notice">The approval.</param>
    /// <param name="address">The person's address.</param>
    /// <param name="id">Id of the message, the same on every attempt, by which a mail program recognises a repetition.</param>
    /// <param name="cancellation">The time limit.</param>
    public async Task<SendOutcome> SendAsync(ApprovalNotice notice, string address, string id, CancellationToken cancellation)
    {
        if (address.Any(char.IsControl) || !MailAddress.TryCreate(address, out var to)) return SendOutcome.Refused("the address is none");
        try
        {
            using var client = new SmtpClient(site.Host, site.Port) { EnableSsl = site.Tls, DeliveryFormat = SmtpDeliveryFormat.International };
            if (site.User is not null) client.Credentials = new NetworkCredential(site.User, site.Password is { } source ? await source.ReadAsync(cancellation) : "");
            using var message = MailText.Make(notice, new MailAddress(site.From), to, id);
            await client.SendMailAsync(message, cancellation);
            return SendOutcome.Taken;
        }
        catch (SmtpException failure)
        {
            // The server's words may repeat the address; its code is enough. 5xx other than a lost connection is the mailbox's last word.
            var code = (int)failure.StatusCode;
            return code is >= 500 and not 530 and not 535 ? SendOutcome.Refused($"smtp {code}") : SendOutcome.Later(code > 0 ? $"smtp {code}" : "no mail server");
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            return SendOutcome.Later("the mail server cannot be reached");
        }
    }
}
