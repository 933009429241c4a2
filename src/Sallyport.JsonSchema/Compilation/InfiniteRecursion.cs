using Sallyport.JsonSchema.Evaluation;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>
/// Finds schemas that apply themselves to the same instance location (core §9.4.1). Dynamic references are left to the nesting limit at
/// run time, because where they lead is only known there.
/// </summary>
internal static class InfiniteRecursion
{
    public static void Find(IReadOnlyList<SchemaNode> nodes, Action<SchemaNode> report)
    {
        var finished = new HashSet<SchemaNode>();
        var onPath = new HashSet<SchemaNode>();
        foreach (var start in nodes)
        {
            if (finished.Contains(start)) continue;
            var path = new Stack<(SchemaNode Node, IEnumerator<SchemaNode> Next)>();
            Enter(start);
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    path.Pop();
                    onPath.Remove(top.Node);
                    finished.Add(top.Node);
                }
                else if (onPath.Contains(top.Next.Current))
                {
                    report(top.Next.Current);
                }
                else if (!finished.Contains(top.Next.Current))
                {
                    Enter(top.Next.Current);
                }
            }

            void Enter(SchemaNode node)
            {
                onPath.Add(node);
                path.Push((node, node.Keywords.SelectMany(k => k.InPlace).GetEnumerator()));
            }
        }
    }
}
