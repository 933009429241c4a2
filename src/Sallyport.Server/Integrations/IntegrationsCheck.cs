using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Sallyport.Connectors.Webhooks;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Integrations;

/// <summary>An address of another system: HTTPS, or plain HTTP to this machine; no credentials in it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class VendorUrlAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is string text && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;

    public override string FormatErrorMessage(string name) => $"{name} must be an https address without credentials (http is taken for this machine only).";
}

/// <summary>Checks the configuration of other systems before the server starts; a mistake there is found now and not with the first approval.</summary>
internal static partial class IntegrationsCheck
{
    /// <exception cref="ServerStartException">Something is missing, out of range or contradicts itself; the message names it.</exception>
    internal static void Check(IntegrationsOptions options)
    {
        Walk(options, "integrations");
        var twice = options.Webhooks.GroupBy(hook => hook.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new ServerStartException($"integrations.webhooks has two receivers named \"{twice.Key}\".");
        foreach (var hook in options.Webhooks)
            if (hook.Events.FirstOrDefault(filter => !WebhookEvents.IsFilter(filter)) is { } odd)
                throw new ServerStartException($"integrations.webhooks: \"{odd}\" of {hook.Name} names no event type.");
        if (options.Jira is { } jira)
        {
            if ((jira.ServiceDesk is null) != (jira.RequestType is null))
                throw new ServerStartException("integrations.jira needs service_desk and request_type together.");
            if (jira.ReadApprovals && jira.ServiceDesk is null)
                throw new ServerStartException("integrations.jira.read_approvals needs a service_desk: only requests that the server made are read.");
            if (jira.TicketProjects.FirstOrDefault(project => !Project().IsMatch(project)) is { } odd)
                throw new ServerStartException($"integrations.jira.ticket_projects: \"{odd}\" is no project key.");
        }

        if (options.GitHub?.TicketRepositories.FirstOrDefault(name => !Repository().IsMatch(name)) is { } unnamed)
            throw new ServerStartException($"integrations.git_hub.ticket_repositories: \"{unnamed}\" is not owner/name.");
        if (options.PagerDuty is { } pager)
        {
            if (pager.Schedules.Count > 0 && pager.Token is null)
                throw new ServerStartException("integrations.pager_duty.schedules needs a token: without it nobody can be read.");
            foreach (var (name, ids) in pager.Schedules)
                if (ids.Count is 0 or > 20 || ids.Any(id => !Schedule().IsMatch(id)))
                    throw new ServerStartException($"integrations.pager_duty.schedules: \"{name}\" needs 1 to 20 schedule ids such as PABC123.");
        }
    }

    private static void Walk(object options, string path)
    {
        if (options is SecretOptions { IsOne: false }) throw new ServerStartException($"{path} needs exactly one of env, file and command.");
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)) throw new ServerStartException($"{path}: {faults[0].ErrorMessage}");
        foreach (var property in options.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            var below = $"{path}.{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}";
            if (property.PropertyType == typeof(SecretOptions) || property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                if (property.GetValue(options) is { } one) Walk(one, below);
            }
            else if (property.GetValue(options) is IEnumerable many and not string)
            {
                foreach (var item in many) if (item is SecretOptions or WebhookOptions) Walk(item, below);
            }
        }
    }

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex Project();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$", RegexOptions.NonBacktracking)]
    private static partial Regex Repository();

    [GeneratedRegex("^[A-Z0-9]{3,30}$", RegexOptions.NonBacktracking)]
    private static partial Regex Schedule();
}
