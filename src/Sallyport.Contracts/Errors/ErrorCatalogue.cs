using System.Collections.Frozen;
using System.Reflection;

namespace Sallyport.Contracts.Errors;

/// <summary>
/// Every error that a door of Sallyport can answer with. A tool adds its own terminal codes in its contract; they appear in the tool's spec.
/// <c>docs/reference/errors.md</c> has a section for each entry, which a test checks both ways.
/// </summary>
public static class ErrorCatalogue
{
#pragma warning disable CS1591 // Each entry is documented by its own title and remedy.
    // ── the request itself ────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode MalformedJson = Terminal("malformed_json", 400, "The body is not one well-formed JSON value without repeated names.", "Fix the JSON and send it again.");
    public static readonly ErrorCode UnsupportedMediaType = Terminal("unsupported_media_type", 415, "The body is not application/json.", "Set Content-Type: application/json.");
    public static readonly ErrorCode BodyTooLarge = Terminal("body_too_large", 413, "The body is larger than the server accepts.", "Send less; the limit is in the detail.");
    public static readonly ErrorCode InvalidRequest = Terminal("invalid_request", 400, "A field of the request envelope is missing, unknown or of the wrong type.", "Correct the field that the detail names.");
    public static readonly ErrorCode InvalidArguments = Terminal("invalid_arguments", 422, "The tool's arguments do not fit its contract.", "Correct the arguments that the errors list names.");
    public static readonly ErrorCode InvalidTaskInput = Terminal("invalid_task_input", 422, "The task's input does not fit the workflow's declared source.", "Send every required field of the source.");
    public static readonly ErrorCode UnknownTool = Terminal("unknown_tool", 404, "No active release offers this tool to you.", "List the tools and use one of them.");
    public static readonly ErrorCode UnknownWorkflow = Terminal("unknown_workflow", 404, "No workflow of this name has an active release.", "Use the name of an active workflow.");
    public static readonly ErrorCode NotFound = Terminal("not_found", 404, "There is nothing here that you may see.", "Check the id; things of other agents look the same as things that do not exist.");
    public static readonly ErrorCode InvalidBundle = Terminal("invalid_bundle", 422, "The bundle has faults, so no release can be made of it.", "Correct what the errors list names; sallyport check finds the same faults.");
    public static readonly ErrorCode ReleaseRefuted = Terminal("release_refuted", 422, "Some call breaks an invariant or the guarantee of this release, so it cannot be activated.", "Correct the policy; sallyport policy prove shows the calls.");
    public static readonly ErrorCode ActiveReleaseChanged = Retriable("active_release_changed", 409, "Another release became active while this one was compared with the former.", "Look at the list of releases and ask again.");
    public static readonly ErrorCode ShadowRunning = Terminal("shadow_running", 409, "A candidate runs in the shadow of this workflow already.", "Stop it first; one candidate at a time keeps its report readable.");
    public static readonly ErrorCode MethodNotAllowed = Terminal("method_not_allowed", 405, "This address does not answer that method.", "Use a method from the Allow header.");
    public static readonly ErrorCode HostRefused = Terminal("host_refused", 403, "The Host or Origin header is not one that this server answers to.", "Call the server by its configured name; browsers of other sites are refused.");

    // ── who is calling ────────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode Unauthenticated = Terminal("unauthenticated", 401, "The call carries no valid credential.", "Get a token from /oauth/token, or sign in.");
    public static readonly ErrorCode TokenExpired = Terminal("token_expired", 401, "The access token has expired.", "Get a new token from /oauth/token.");
    public static readonly ErrorCode CredentialRevoked = Terminal("credential_revoked", 401, "The credential behind this call was revoked.", "Ask the agent's owner; a halted agent needs a person to resume it.");
    public static readonly ErrorCode PeopleOnly = Terminal("people_only", 403, "This is for people; a machine's token is refused and reported.", "A person must do this under their own name.");
    public static readonly ErrorCode AgentsOnly = Terminal("agents_only", 403, "This is for agents; a person's session cannot propose as an agent.", "Use the agent's access token.");
    public static readonly ErrorCode RoleRequired = Terminal("role_required", 403, "Your account does not have the role that this needs.", "Ask an administrator for the role that the detail names.");
    public static readonly ErrorCode SignInRefused = Terminal("sign_in_refused", 401, "The user name or password is wrong, or the account is locked.", "Try again later or ask an administrator.");
    public static readonly ErrorCode LocalAccountsOff = Terminal("local_accounts_off", 403, "This server does not take passwords.", "Sign in through your organisation's provider: open the console, or run sallyport login.");
    public static readonly ErrorCode IdentityMismatch = Terminal("identity_mismatch", 403, "The workflow uses another identity than the token's: its own, or a person's.", "Get the kind of token that the detail names.");
    public static readonly ErrorCode InsufficientScope = Terminal("insufficient_scope", 403, "The token does not cover this tool or resource.", "Ask the agent's owner whether the scope should be granted.");

    // ── idempotency ───────────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode IdempotencyKeyRequired = Terminal("idempotency_key_required", 400, "A tool that changes state needs an idempotency_key.", "Send a fresh key of 16 to 255 visible ASCII characters for every new intention.");
    public static readonly ErrorCode InvalidIdempotencyKey = Terminal("invalid_idempotency_key", 400, "The idempotency key is not 16 to 255 visible ASCII characters.", "Use a UUID.");
    public static readonly ErrorCode IdempotencyKeyReuse = Terminal("idempotency_key_reuse", 422, "This key was used before with another request.", "Use a new key for a new intention; repeat the old request exactly to see its outcome.");
    public static readonly ErrorCode ActionInFlight = Retriable("action_in_flight", 409, "The action of this key is being carried out at this moment.", "Ask again after retry_after; the answer will be the first call's answer.");

    // ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode RateLimited = Retriable("rate_limited", 429, "Too many calls in the last minute.", "Wait for retry_after.");
    public static readonly ErrorCode TaskBudgetExceeded = Terminal("task_budget_exceeded", 403, "The task has used up its tool calls or its amount.", "Stop and hand the task to a person.");
    public static readonly ErrorCode BudgetExceeded = Terminal("budget_exceeded", 403, "The amount would pass the limit for the day.", "Stop; a person can act under their own name or change the limit.");
    public static readonly ErrorCode LoopDetected = Terminal("loop_detected", 403, "The same call was made too often in this task.", "Stop repeating; escalate the task.");
    public static readonly ErrorCode TaskRequired = Terminal("task_required", 400, "Every tool call belongs to a task.", "Open one with POST /v1/tasks and send its id as task_id.");
    public static readonly ErrorCode TaskClosed = Terminal("task_closed", 409, "The task is closed.", "Open a new task.");
    public static readonly ErrorCode Overloaded = Retriable("overloaded", 503, "The server's queues are full.", "Wait for retry_after and send the same request with the same key.");

    // ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode DeniedByPolicy = Terminal("denied_by_policy", 403, "Policy does not allow this action.", "Do not repeat it; the rule is named in the action.");
    public static readonly ErrorCode DeniedByPerson = Terminal("denied_by_person", 403, "A person denied this action.", "Do not repeat it; the same proposal in this task stays denied.");
    public static readonly ErrorCode Escalated = Terminal("escalated", 403, "This case is out of scope for the agent and was handed to a person.", "Stop; a person takes over.");
    public static readonly ErrorCode ApprovalExpired = Terminal("approval_expired", 403, "Nobody approved in time.", "Propose again if it is still wanted.");
    public static readonly ErrorCode Cancelled = Terminal("cancelled", 409, "The action was cancelled before anything left.", "Propose again if it is still wanted.");
    public static readonly ErrorCode ReleaseChanged = Terminal("release_changed", 409, "The workflow's release changed after the action was accepted.", "Propose again under the active release.");
    public static readonly ErrorCode NotEligibleToApprove = Terminal("not_eligible_to_approve", 403, "You are not among those who may decide this.", "The approval names the groups and exclusions.");
    public static readonly ErrorCode ApproversUnknown = Retriable("approvers_unknown", 503, "A system that says who may decide did not answer, so nobody is eligible through it.", "Wait for retry_after and decide again; the detail names the system.");
    public static readonly ErrorCode StepUpRequired = Terminal("step_up_required", 403, "This approval needs a fresh sign-in.", "Sign in again in the console and approve within five minutes; denying needs no fresh sign-in.");
    public static readonly ErrorCode PasskeyRequired = Terminal("passkey_required", 403, "This approval must be signed with your passkey.", "Open it in the console and sign it there; denying needs no passkey.");
    public static readonly ErrorCode PasskeyInvalid = Terminal("passkey_invalid", 403, "The passkey's signature does not count for this approval.", "The detail says why; open the approval again and sign what it shows now.");
    public static readonly ErrorCode AlreadyDecided = Terminal("already_decided", 409, "This approval is already decided, or you have answered it.", "Look at the action's chain.");
    public static readonly ErrorCode ApprovalDigestMismatch = Terminal("approval_digest_mismatch", 409, "What you looked at is no longer what would be executed.", "Open the approval again and decide on what it shows now.");
    public static readonly ErrorCode NotCancellable = Terminal("not_cancellable", 409, "The action has ended, or its effect may have left.", "Look at the action's state; a done action can be compensated.");

    // ── other systems ─────────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode IntegrationSignatureRefused = Terminal("integration_signature_refused", 401, "The request is not signed by the system that this address is for, or it was seen before.", "Check the signing secret and the clocks; a repeated or old request is never taken.");
    public static readonly ErrorCode DeliverySettled = Terminal("delivery_settled", 409, "The delivery is not in a state in which this can be done.", "Only a dead delivery can be sent again, and only a waiting or dead one dropped.");

    // ── kill switch ───────────────────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode Halted = Retriable("halted", 503, "A person halted this agent, tool, workflow or everything.", "Stop; a person resumes it when the incident is over.");

    // ── effects and dependencies ──────────────────────────────────────────────────────────────────────────────────────
    public static readonly ErrorCode FactsUnavailable = Retriable("facts_unavailable", 503, "A system that holds the facts did not answer properly.", "Wait for retry_after and send the same request with the same key.");
    public static readonly ErrorCode FactsInvalid = Terminal("facts_invalid", 502, "A system of record answered with facts that do not fit the contract.", "Report it: the tool stays closed until contract and system agree.");
    public static readonly ErrorCode EffectRefused = Terminal("effect_refused", 409, "The system of record refused the change; nothing was changed.", "Read the detail; a changed proposal needs a new key.");
    public static readonly ErrorCode EffectUnknown = Retriable("effect_unknown", 504, "The change may have been made; the server is finding out.", "Ask for the action again after retry_after; never propose it anew.");
    public static readonly ErrorCode EffectNotSent = Terminal("effect_not_sent", 502, "The change could not be sent; nothing was changed.", "Propose again with a new key when the system of record answers.");
    public static readonly ErrorCode NotCompensable = Terminal("not_compensable", 409, "This action cannot be rolled back (any more).", "The detail says why; a person can correct it in the system of record.");
    public static readonly ErrorCode NotResolvable = Terminal("not_resolvable", 409, "Only an action of unknown outcome can be resolved by hand.", "Look at the action's state.");
    public static readonly ErrorCode NotEligibleToResolve = Terminal("not_eligible_to_resolve", 403, "You may not say what became of your own action.", "Ask another operator; where the risk is high, two must agree.");
    public static readonly ErrorCode StorageUnavailable = Retriable("storage_unavailable", 503, "The store cannot record anything, so nothing is done.", "Wait for retry_after; nothing was changed by this call.");
    public static readonly ErrorCode Internal = Retriable("internal_error", 500, "The server failed; the failure is logged under the trace id.", "Ask for the action before repeating anything.");
#pragma warning restore CS1591

    /// <summary>All entries by code.</summary>
    public static FrozenDictionary<string, ErrorCode> All { get; } = typeof(ErrorCatalogue)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(ErrorCode))
        .Select(field => (ErrorCode)field.GetValue(null)!)
        .ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    private static ErrorCode Terminal(string code, int status, string title, string remedy) => new(code, status, false, title, remedy);

    private static ErrorCode Retriable(string code, int status, string title, string remedy) => new(code, status, true, title, remedy);
}
