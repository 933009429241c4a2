namespace Sallyport.Server.Tests.BadInput;

/// <summary>The table of malformed requests.</summary>
public static class BadRequests
{
    private const string Refund = "/v1/tools/issue_refund/actions";
    private const string Good = """{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"late"}""";
    private const string Key = "bad-input-key-000000";

    public static IEnumerable<BadCase> All => [.. Json, .. Envelope, .. Arguments, .. Keys, .. Tasks, .. Addresses, .. Credentials, .. People, .. Headers];

    private static BadCase Call(string name, string body, int status, string code) => new(name, Sender.Agent, "POST", Refund, body, status, code);

    private static string With(string arguments, string rest = "") => $$"""{"arguments":{{arguments}},"task_id":"{task}","idempotency_key":"{{Key}}"{{rest}}}""";

    private static IEnumerable<BadCase> Json =>
    [
        Call("an empty body", "", 400, "malformed_json"),
        Call("half an object", """{"arguments":{""", 400, "malformed_json"),
        Call("text that is no JSON", "order_id=ord_000001", 400, "malformed_json"),
        Call("two values", "{}{}", 400, "malformed_json"),
        Call("a trailing comma", """{"arguments":{},}""", 400, "malformed_json"),
        Call("a comment", """{"arguments":{}/* now */}""", 400, "malformed_json"),
        Call("NaN", """{"arguments":{},"confidence":NaN}""", 400, "malformed_json"),
        Call("single quotes", "{'arguments':{}}", 400, "malformed_json"),
        Call("a leading zero", """{"arguments":{"amount_minor":0700}}""", 400, "malformed_json"),
        Call("a member twice", """{"arguments":{},"arguments":{}}""", 400, "malformed_json"),
        Call("an argument twice", """{"arguments":{"order_id":"ord_000001","order_id":"ord_000002"}}""", 400, "malformed_json"),
        Call("an argument twice, one of them escaped", """{"arguments":{"order_id":"ord_000001","order\u005fid":"ord_000002"}}""", 400, "malformed_json"),
        Call("65 levels", new string('[', 65) + new string(']', 65), 400, "malformed_json"),
        Call("a control character in a string", "{\"arguments\":{\"order_id\":\"a\u0001\"}}", 400, "malformed_json"),
        Call("a list", "[]", 400, "invalid_request"),
        Call("null", "null", 400, "invalid_request"),
        Call("a number", "7", 400, "invalid_request"),
        new("a body that is too large", Sender.Agent, "POST", Refund, "{\"arguments\":\"" + new string('x', 300_000) + "\"}", 413, "body_too_large"),
        new("a form instead of JSON", Sender.Agent, "POST", Refund, "arguments=1", 415, "unsupported_media_type", "application/x-www-form-urlencoded"),
        new("plain text instead of JSON", Sender.Agent, "POST", Refund, "{}", 415, "unsupported_media_type", "text/plain"),
        new("no media type", Sender.Agent, "POST", Refund, "{}", 415, "unsupported_media_type", ""),
        new("a media type that only contains JSON", Sender.Agent, "POST", Refund, "{}", 415, "unsupported_media_type", "text/application/json"),
    ];

    private static IEnumerable<BadCase> Envelope =>
    [
        Call("no arguments", """{"task_id":"tsk_1"}""", 400, "invalid_request"),
        Call("an unknown member", """{"arguments":{},"approved":true}""", 400, "invalid_request"),
        Call("a member in other case", """{"Arguments":{}}""", 400, "invalid_request"),
        Call("a misspelt member", """{"arguments":{},"idempotencykey":"x"}""", 400, "invalid_request"),
        Call("dry_run as text", """{"arguments":{},"dry_run":"true"}""", 400, "invalid_request"),
        Call("dry_run as a number", """{"arguments":{},"dry_run":1}""", 400, "invalid_request"),
        Call("dry_run as null", """{"arguments":{},"dry_run":null}""", 400, "invalid_request"),
        Call("task_id as a number", """{"arguments":{},"task_id":1}""", 400, "invalid_request"),
        Call("confidence as text", """{"arguments":{},"confidence":"0.9"}""", 400, "invalid_request"),
        Call("confidence above 1", $$"""{"arguments":{{Good}},"confidence":1.01}""", 400, "invalid_request"),
        Call("confidence below 0", $$"""{"arguments":{{Good}},"confidence":-0.1}""", 400, "invalid_request"),
        Call("a reason with half a surrogate pair", $$"""{"arguments":{{Good}},"reason":"\ud800"}""", 400, "malformed_json"),
        Call("a member name with half a surrogate pair", """{"arguments":{},"\udc00":1}""", 400, "malformed_json"),
    ];

    private static IEnumerable<BadCase> Arguments =>
    [
        Call("arguments as text", With("\"ord_000001\""), 422, "invalid_arguments"),
        Call("arguments as null", With("null"), 422, "invalid_arguments"),
        Call("no argument at all", With("{}"), 422, "invalid_arguments"),
        Call("an unknown argument", With("""{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"late","approver":"dana"}"""), 422, "invalid_arguments"),
        Call("an amount as text", With("""{"order_id":"ord_000001","amount_minor":"700","currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an amount with a fraction", With("""{"order_id":"ord_000001","amount_minor":7.5,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an amount of nothing", With("""{"order_id":"ord_000001","amount_minor":0,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("a negative amount", With("""{"order_id":"ord_000001","amount_minor":-700,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an amount of 2^53", With("""{"order_id":"ord_000001","amount_minor":9007199254740992,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an amount beyond a double", With("""{"order_id":"ord_000001","amount_minor":1e400,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an unknown currency", With("""{"order_id":"ord_000001","amount_minor":700,"currency":"XBT","reason":"late"}"""), 422, "invalid_arguments"),
        Call("a currency in lower case", With("""{"order_id":"ord_000001","amount_minor":700,"currency":"eur","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an order that leads elsewhere", With("""{"order_id":"ord_000001/../../faults","amount_minor":700,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an order with a line break at its end", With("""{"order_id":"ord_000001\n","amount_minor":700,"currency":"EUR","reason":"late"}"""), 422, "invalid_arguments"),
        Call("an argument with half a surrogate pair", With("""{"order_id":"\ud800","amount_minor":700,"currency":"EUR","reason":"late"}"""), 400, "malformed_json"),
        Call("an order that does not exist", With("""{"order_id":"ord_999999","amount_minor":700,"currency":"EUR","reason":"late"}"""), 422, "order_not_found"),
    ];

    private static IEnumerable<BadCase> Keys =>
    [
        Call("no key", $$"""{"arguments":{{Good}},"task_id":"{task}"}""", 400, "idempotency_key_required"),
        Call("an empty key", $$"""{"arguments":{{Good}},"task_id":"{task}","idempotency_key":""}""", 400, "invalid_idempotency_key"),
        Call("a key of 15 characters", $$"""{"arguments":{{Good}},"task_id":"{task}","idempotency_key":"{{new string('k', 15)}}"}""", 400, "invalid_idempotency_key"),
        Call("a key of 256 characters", $$"""{"arguments":{{Good}},"task_id":"{task}","idempotency_key":"{{new string('k', 256)}}"}""", 400, "invalid_idempotency_key"),
        Call("a key with a space", $$"""{"arguments":{{Good}},"task_id":"{task}","idempotency_key":"key with a space 1"}""", 400, "invalid_idempotency_key"),
        Call("a key that is not ASCII", $$"""{"arguments":{{Good}},"task_id":"{task}","idempotency_key":"schlüssel-0000000000"}""", 400, "invalid_idempotency_key"),
        new("a header that names another key", Sender.Agent, "POST", Refund, $$"""{"arguments":{{Good}},"idempotency_key":"{{Key}}"}""", 400, "invalid_request", Header: "Idempotency-Key: another-key-00000000"),
    ];

    private static IEnumerable<BadCase> Tasks =>
    [
        Call("no task", $$"""{"arguments":{{Good}},"idempotency_key":"{{Key}}"}""", 400, "task_required"),
        Call("a task that does not exist", $$"""{"arguments":{{Good}},"idempotency_key":"{{Key}}","task_id":"tsk_0"}""", 404, "not_found"),
        Call("a task that is SQL", $$"""{"arguments":{{Good}},"idempotency_key":"{{Key}}","task_id":"' or 1=1 --"}""", 404, "not_found"),
        new("a task of an unknown workflow", Sender.Agent, "POST", "/v1/tasks", """{"workflow":"payroll","source":"ticket","input":{}}""", 404, "unknown_workflow"),
        new("a task from an unknown source", Sender.Agent, "POST", "/v1/tasks", """{"workflow":"refund","source":"fax","input":{}}""", 422, "invalid_task_input"),
        new("a task without its input", Sender.Agent, "POST", "/v1/tasks", """{"workflow":"refund","source":"ticket"}""", 400, "invalid_request"),
        new("a task without a required field", Sender.Agent, "POST", "/v1/tasks", """{"workflow":"refund","source":"ticket","input":{"ticket_id":"T1"}}""", 422, "invalid_task_input"),
        new("a task whose amount is no exact number", Sender.Agent, "POST", "/v1/tasks", """{"workflow":"refund","source":"form","input":{"form_id":"f","order_id":"ord_000001","amount_minor":9007199254740993,"currency":"EUR","reason":"late"}}""", 422, "invalid_task_input"),
        new("a task whose message has half a surrogate pair", Sender.Agent, "POST", "/v1/tasks", """{"workflow":"refund","source":"ticket","input":{"ticket_id":"T1","order_id":"ord_000001","message":"\udfff"}}""", 400, "malformed_json"),
    ];

    private static IEnumerable<BadCase> Addresses =>
    [
        new("an address that does not exist", Sender.Agent, "GET", "/v1/nothing", null, 404, "not_found"),
        new("a file that does not exist", Sender.Nobody, "GET", "/admin/config.json", null, 404, "not_found"),
        new("an unknown tool", Sender.Agent, "POST", "/v1/tools/transfer_money/actions", """{"arguments":{}}""", 404, "unknown_tool"),
        new("a tool that is a path", Sender.Agent, "POST", "/v1/tools/..%2f..%2factions/actions", """{"arguments":{}}""", 404, "unknown_tool"),
        new("an action of another kind", Sender.Agent, "GET", "/v1/actions/tsk_1", null, 404, "not_found"),
        new("an action that is a path", Sender.Agent, "GET", "/v1/actions/..%2fapprovals", null, 404, "not_found"),
        new("a very long action id", Sender.Agent, "GET", "/v1/actions/" + new string('a', 4_000), null, 404, "not_found"),
        new("PUT on a tool", Sender.Agent, "PUT", Refund, "{}", 405, "method_not_allowed"),
        new("GET on a tool", Sender.Agent, "GET", Refund, null, 405, "method_not_allowed"),
        new("DELETE on an action", Sender.Agent, "DELETE", "/v1/actions/act_1", null, 405, "method_not_allowed"),
        new("GET on the token endpoint", Sender.Nobody, "GET", "/oauth/token", null, 405, "method_not_allowed"),
        new("PATCH on halts", Sender.Operator, "PATCH", "/v1/halts", "{}", 405, "method_not_allowed"),
        new("a dry run that is neither yes nor no", Sender.Agent, "POST", "/v1/actions/act_1/compensate?dry_run=maybe", null, 400, "invalid_request"),
        new("entries from a position that is no number", Sender.Dana, "GET", "/v1/audit/entries?from=start", null, 400, "invalid_request"),
    ];

    private static IEnumerable<BadCase> Credentials =>
    [
        new("no credential", Sender.Nobody, "POST", Refund, "{}", 401, "unauthenticated"),
        new("a made-up token", Sender.Nobody, "POST", Refund, "{}", 401, "unauthenticated", Header: "Authorization: Bearer spa_" + new string('0', 64)),
        new("a token that is too short", Sender.Nobody, "POST", Refund, "{}", 401, "unauthenticated", Header: "Authorization: Bearer spa_0"),
        new("basic authentication", Sender.Nobody, "POST", Refund, "{}", 401, "unauthenticated", Header: "Authorization: Basic YWRtaW46YWRtaW4="),
        new("a token in the address", Sender.Nobody, "GET", "/v1/tools?access_token=spa_0", null, 401, "unauthenticated"),
        new("a person's session at an agents' door", Sender.Dana, "POST", Refund, "{}", 403, "agents_only"),
        new("an agent's token at the approvals", Sender.Agent, "GET", "/v1/approvals", null, 403, "people_only"),
        new("an agent's token at the halts", Sender.Agent, "POST", "/v1/halts", """{"scope":"all","reason":"x"}""", 403, "people_only"),
        new("an agent's token at the chain", Sender.Agent, "GET", "/v1/chain/ord_000001", null, 403, "people_only"),
        new("an agent's token at the people", Sender.Agent, "GET", "/v1/people", null, 403, "people_only"),
        new("a made-up session", Sender.Nobody, "GET", "/v1/approvals", null, 401, "unauthenticated", Header: "Authorization: Bearer sps_" + new string('0', 64)),
        new("a wrong password", Sender.Nobody, "POST", "/v1/sessions", """{"username":"nobody","password":"open-sesame-0000"}""", 401, "sign_in_refused"),
        new("a user name that is SQL", Sender.Nobody, "POST", "/v1/sessions", """{"username":"' or '1'='1","password":"open-sesame-0000"}""", 401, "sign_in_refused"),
        new("a password that is a number", Sender.Nobody, "POST", "/v1/sessions", """{"username":"dana","password":7}""", 400, "invalid_request"),
    ];

    private static IEnumerable<BadCase> People =>
    [
        new("a halt by an approver", Sender.Dana, "POST", "/v1/halts", """{"scope":"all","reason":"x"}""", 403, "role_required"),
        new("a halt of an unknown kind", Sender.Operator, "POST", "/v1/halts", """{"scope":"customer:1","reason":"x"}""", 400, "invalid_request"),
        new("a halt without a reason", Sender.Operator, "POST", "/v1/halts", """{"scope":"tool:issue_refund","reason":" "}""", 400, "invalid_request"),
        new("a resume of nothing", Sender.Operator, "DELETE", "/v1/halts/hlt_0", null, 404, "not_found"),
        new("an agent by an operator", Sender.Operator, "POST", "/v1/agents", "{}", 403, "role_required"),
        new("an agent without a key", Sender.Admin, "POST", "/v1/agents", """{"name":"x1","owner":"olivia","workflow":"refund","scopes":["refund:issue"],"public_key":{}}""", 400, "invalid_request"),
        new("a private key", Sender.Admin, "POST", "/v1/agents", """{"name":"x1","owner":"olivia","workflow":"refund","scopes":["refund:issue"],"public_key":{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}}""", 400, "invalid_request"),
        new("an RSA key", Sender.Admin, "POST", "/v1/agents", """{"name":"x1","owner":"olivia","workflow":"refund","scopes":["refund:issue"],"public_key":{"kty":"RSA","n":"AQAB","e":"AQAB"}}""", 400, "invalid_request"),
        new("a point that is not on the curve", Sender.Admin, "POST", "/v1/agents", $$$"""{"name":"x1","owner":"olivia","workflow":"refund","scopes":["refund:issue"],"public_key":{"kty":"EC","crv":"P-256","x":"{{{new string('A', 43)}}}","y":"{{{new string('A', 43)}}}"}}""", 400, "invalid_request"),
        new("a person with a short password", Sender.Admin, "POST", "/v1/people", """{"username":"zoe","display_name":"Zoe","password":"short","groups":[],"roles":[]}""", 400, "invalid_request"),
        new("a person with an unknown role", Sender.Admin, "POST", "/v1/people", """{"username":"zoe","display_name":"Zoe","password":"long-enough-password","groups":[],"roles":["root"]}""", 400, "invalid_request"),
        new("a person whose roles are null", Sender.Admin, "POST", "/v1/people", """{"username":"zoe","display_name":"Zoe","password":"long-enough-password","groups":[],"roles":[null]}""", 400, "invalid_request"),
        new("an agent whose scopes are null", Sender.Admin, "POST", "/v1/agents", """{"name":"x1","owner":"olivia","workflow":"refund","scopes":[null],"public_key":{}}""", 400, "invalid_request"),
        new("a person whose groups are null", Sender.Admin, "POST", "/v1/people", """{"username":"zoe","display_name":"Zoe","password":"long-enough-password","groups":[null],"roles":[]}""", 400, "invalid_request"),
        new("a decision on nothing", Sender.Dana, "POST", "/v1/approvals/apr_0/decision", """{"decision":"approve","digest":"sha256:0"}""", 404, "not_found"),
        new("a decision that is neither", Sender.Dana, "POST", "/v1/approvals/apr_0/decision", """{"decision":"maybe","digest":"sha256:0"}""", 400, "invalid_request"),
        new("a decision without what was seen", Sender.Dana, "POST", "/v1/approvals/apr_0/decision", """{"decision":"approve"}""", 400, "invalid_request"),
        new("a denial without a reason", Sender.Dana, "POST", "/v1/approvals/apr_0/decision", """{"decision":"deny","digest":"sha256:0"}""", 400, "invalid_request"),
        new("a decision with a name typed in", Sender.Dana, "POST", "/v1/approvals/apr_0/decision", """{"decision":"approve","digest":"sha256:0","by":"frank"}""", 400, "invalid_request"),
        new("a settlement without evidence", Sender.Operator, "POST", "/v1/actions/act_0/resolve", """{"outcome":"applied"}""", 400, "invalid_request"),
        new("a chain of nothing", Sender.Dana, "GET", "/v1/chain/act_0", null, 404, "not_found"),
        new("a chain of an endless id", Sender.Dana, "GET", "/v1/chain/" + new string('a', 3_000), null, 404, "not_found"),
    ];

    private static IEnumerable<BadCase> Headers =>
    [
        new("another host", Sender.Nobody, "GET", "/healthz", null, 403, "host_refused", Header: "Host: evil.example"),
        new("our name on another port", Sender.Nobody, "GET", "/healthz", null, 403, "host_refused", Header: "Host: 127.0.0.1:1"),
        new("a page of another site", Sender.Agent, "POST", Refund, "{}", 403, "host_refused", Header: "Origin: https://evil.example"),
        new("a page of no site", Sender.Agent, "POST", Refund, "{}", 403, "host_refused", Header: "Origin: null"),
        new("another host by a forwarding header does not help", Sender.Nobody, "GET", "/v1/tools", null, 401, "unauthenticated", Header: "X-Forwarded-For: 127.0.0.1"),
        new("a method by a header does not help", Sender.Agent, "GET", Refund, null, 405, "method_not_allowed", Header: "X-HTTP-Method-Override: POST"),
    ];
}
