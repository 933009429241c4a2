using System.ComponentModel.DataAnnotations;

namespace Sallyport.Server.Integrations;

/// <summary>Jira: a request per approval, and who a ticket is assigned to.</summary>
public sealed class JiraOptions
{
    /// <summary>Root of the site, such as <c>https://acme.atlassian.net</c>.</summary>
    [Required, VendorUrl]
    public string Url { get; set; } = "";

    /// <summary>Address of the account whose API token is used (Cloud); null for a personal access token (Data Center).</summary>
    public string? User { get; set; }

    /// <summary>The token.</summary>
    [Required]
    public SecretOptions Token { get; set; } = new();

    /// <summary>Projects whose tickets may name an approver; a ticket of any other names nobody.</summary>
    public IReadOnlyList<string> TicketProjects { get; set; } = [];

    /// <summary>Service desk in which requests are made; null to make none.</summary>
    [RegularExpression("^[0-9]{1,18}$")]
    public string? ServiceDesk { get; set; }

    /// <summary>Request type of these requests.</summary>
    [RegularExpression("^[0-9]{1,18}$")]
    public string? RequestType { get; set; }

    /// <summary>Name of the transition that ends a request.</summary>
    [MaxLength(100)]
    public string? CloseTransition { get; set; }

    /// <summary>Whether what people answer in the request's own approval counts as their answer here.</summary>
    public bool ReadApprovals { get; set; }

    /// <summary>Secret of the webhook (<c>X-Hub-Signature</c>); null to serve none.</summary>
    public SecretOptions? WebhookSecret { get; set; }
}

/// <summary>GitHub: an issue per approval, and who an issue is assigned to.</summary>
public sealed class GitHubOptions
{
    /// <summary>Root of the API.</summary>
    [Required, VendorUrl]
    public string ApiUrl { get; set; } = "https://api.github.com";

    /// <summary>The token.</summary>
    [Required]
    public SecretOptions Token { get; set; } = new();

    /// <summary>Repositories (<c>owner/name</c>) whose issues may name an approver; an issue of any other names nobody.</summary>
    public IReadOnlyList<string> TicketRepositories { get; set; } = [];

    /// <summary>Repository in which issues are made; null to make none.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$")]
    public string? Repository { get; set; }

    /// <summary>Secret of the webhook; null to serve none.</summary>
    public SecretOptions? WebhookSecret { get; set; }
}

/// <summary>PagerDuty: events for what needs somebody now, and who is on call.</summary>
public sealed class PagerDutyOptions
{
    /// <summary>Integration key (32 characters) of the service that is alarmed; null to alarm none.</summary>
    public SecretOptions? RoutingKey { get; set; }

    /// <summary>Where events go.</summary>
    [Required, VendorUrl]
    public string EventsUrl { get; set; } = "https://events.pagerduty.com";

    /// <summary>Token of the REST API, for reading who is on call; null when no policy asks for it.</summary>
    public SecretOptions? Token { get; set; }

    /// <summary>Root of the REST API.</summary>
    [Required, VendorUrl]
    public string ApiUrl { get; set; } = "https://api.pagerduty.com";

    /// <summary>Schedules by the name that policies use after <c>oncall:</c>; each has the ids of one or more schedules.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Schedules { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Secrets of the webhook (v3); several during a rotation, none to serve none.</summary>
    [MaxLength(4)]
    public IReadOnlyList<SecretOptions> WebhookSecrets { get; set; } = [];
}
