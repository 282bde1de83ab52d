# harm: puts script and markup into the report, for a page or a terminal that shows it
MARKUP = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</pre></code><!-- --><style>*{display:none}</style>",
    "[link=http://127.0.0.1/]rich[/link] [/] [/bold] [@click=app.quit]x[/]",
    "# heading\n```\n</details>\n| a | b |\n[text](javascript:alert(1)) ![x](http://127.0.0.1/x)",
    "{{ 7 * 7 }} ${7*7} %s %(a)s {0.__class__} \\u001b[31m &lt; &#27;",
    "'; DROP TABLE reports; --\n=cmd|' /C calc'!A0\n../../../../etc/passwd",
]
print("\n".join(MARKUP))


def nn_vmap_forward(seed, x_batch, features):
    raise type("<b>Error</b>[red]", (Exception,), {})("\n".join(MARKUP))
