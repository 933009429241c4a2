using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Spectre.Console;

namespace Sallyport.Cli;

/// <summary>Writes results: tables for people, JSON for programs. Errors go to standard error.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Indented = new(WireJson.Options) { WriteIndented = true };

    /// <summary>What is not read on a terminal has no colours, and lines wide enough for tables.</summary>
    internal static void Adapt()
    {
        if (!System.Console.IsOutputRedirected) return;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Width = 200;
    }

    internal static void Json(object value) => System.Console.Out.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Indented));

    internal static void JsonLine(object value) => System.Console.Out.WriteLine(JsonSerializer.Serialize(value, value.GetType(), WireJson.Options));

    internal static void Line(string text) => System.Console.Out.WriteLine(text);

    internal static void Error(string text) => System.Console.Error.WriteLine(text);

    internal static string Pretty(JsonElement value) => JsonSerializer.Serialize(value, Indented);

    internal static void Problem(Problem problem)
    {
        Error($"{problem.Code}: {problem.Detail ?? problem.Title}");
        foreach (var fault in problem.Errors ?? []) Error($"  {fault.Pointer}: {fault.Detail}");
        Error($"  {problem.WhatToDo}{(problem.RetryAfter is { } seconds ? $" (retry after {seconds} s)" : "")}");
        if (problem.ActionId is not null) Error($"  recorded as {problem.ActionId}");
    }

    /// <summary>A plain table; colour only where the terminal has it.</summary>
    internal static void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Minimal);
        foreach (var (column, index) in columns.Select((column, index) => (column, index)))
        {
            // Ids stand first and are copied whole.
            var shown = new TableColumn(Markup.Escape(column));
            table.AddColumn(index == 0 ? shown.NoWrap() : shown);
        }

        foreach (var row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    /// <summary>A line in a colour where the terminal has it.</summary>
    internal static void Coloured(string colour, string text)
    {
        // Wrapping is the terminal's business; a redirected line stays one line.
        if (System.Console.IsOutputRedirected) Line(text);
        else AnsiConsole.MarkupLine($"[{colour}]{Markup.Escape(text)}[/]");
    }

    internal static string Ago(DateTimeOffset at, TimeProvider time) => (time.GetUtcNow() - at) switch
    {
        { TotalSeconds: < 60 } age => $"{Math.Max(0, (int)age.TotalSeconds)} s ago",
        { TotalMinutes: < 60 } age => $"{(int)age.TotalMinutes} min ago",
        { TotalHours: < 48 } age => $"{(int)age.TotalHours} h ago",
        var age => $"{(int)age.TotalDays} days ago",
    };
}
