using System.ComponentModel.DataAnnotations;

namespace Sallyport.Server.Integrations;

/// <summary>Other systems that people work in. What is not configured does not exist: no address of it is served and nothing is sent.</summary>
public sealed class IntegrationsOptions
{
    /// <summary>Receivers of signed webhooks.</summary>
    public IReadOnlyList<WebhookOptions> Webhooks { get; set; } = [];

    /// <summary>Slack.</summary>
    public SlackOptions? Slack { get; set; }

    /// <summary>E-mail.</summary>
    public MailOptions? Mail { get; set; }

    /// <summary>Jira and Jira Service Management.</summary>
    public JiraOptions? Jira { get; set; }

    /// <summary>GitHub.</summary>
    public GitHubOptions? GitHub { get; set; }

    /// <summary>PagerDuty.</summary>
    public PagerDutyOptions? PagerDuty { get; set; }

    /// <summary>Attempts after which a delivery is given up.</summary>
    /// <value>Default: 24, which takes about four hours.</value>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 24;

    /// <summary>Age at which a delivery is given up, hours.</summary>
    /// <value>Default: 24.</value>
    [Range(1, 720)]
    public int MaxAgeHours { get; set; } = 24;

    /// <summary>Longest wait for one answer of another system, milliseconds.</summary>
    /// <value>Default: 10,000.</value>
    [Range(100, 60_000)]
    public int SendTimeoutMilliseconds { get; set; } = 10_000;
}

/// <summary>A receiver of webhooks (Standard Webhooks).</summary>
public sealed class WebhookOptions
{
    /// <summary>Its name; part of the cursor's name, so it stays.</summary>
    [Required, RegularExpression("^[a-z0-9-]{1,40}$")]
    public string Name { get; set; } = "";

    /// <summary>Where messages go.</summary>
    [Required, VendorUrl]
    public string Url { get; set; } = "";

    /// <summary>Signing secrets (<c>whsec_…</c>), the newest first; two during a rotation.</summary>
    [Required, MinLength(1), MaxLength(4)]
    public IReadOnlyList<SecretOptions> Secrets { get; set; } = [];

    /// <summary>Event types, or filters such as <c>effect.*</c>.</summary>
    /// <value>Default: everything.</value>
    [MinLength(1), MaxLength(50)]
    public IReadOnlyList<string> Events { get; set; } = ["*"];
}

/// <summary>Slack: messages with buttons, and the answers that people give with them.</summary>
public sealed class SlackOptions
{
    /// <summary>The bot's token (<c>xoxb-…</c>).</summary>
    [Required]
    public SecretOptions Token { get; set; } = new();

    /// <summary>The app's signing secret.</summary>
    [Required]
    public SecretOptions SigningSecret { get; set; } = new();

    /// <summary>Id of the workspace, <c>T…</c>; answers from any other are refused.</summary>
    [Required, RegularExpression("^[TE][A-Z0-9]{2,30}$")]
    public string Workspace { get; set; } = "";

    /// <summary>Id of the conversation that is asked, <c>C…</c>.</summary>
    [Required, RegularExpression("^[CGD][A-Z0-9]{2,30}$")]
    public string Channel { get; set; } = "";

    /// <summary>
    /// Whether a person without a link is found by the address that the workspace holds for them. Turn it on only where the workspace's accounts come from your identity provider.
    /// </summary>
    public bool TrustAddresses { get; set; }

    /// <summary>Root of the API.</summary>
    [Required, VendorUrl]
    public string ApiUrl { get; set; } = "https://slack.com/api";

    /// <summary>Origin of the addresses at which an answer may be given; nothing is sent elsewhere, whatever a request names.</summary>
    [Required, VendorUrl]
    public string ResponseOrigin { get; set; } = "https://hooks.slack.com";
}

/// <summary>E-mail by SMTP.</summary>
public sealed class MailOptions
{
    /// <summary>The server.</summary>
    [Required, RegularExpression("^[A-Za-z0-9.:-]{1,253}$")]
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    /// <value>Default: 587.</value>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>Whether STARTTLS is demanded.</summary>
    /// <value>Default: yes.</value>
    public bool Tls { get; set; } = true;

    /// <summary>User name; null when the server needs none.</summary>
    public string? User { get; set; }

    /// <summary>Password of the user.</summary>
    public SecretOptions? Password { get; set; }

    /// <summary>Sender's address.</summary>
    [Required, EmailAddress]
    public string From { get; set; } = "";
}
