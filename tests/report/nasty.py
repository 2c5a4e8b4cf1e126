"""Texts that somebody may have typed into a phone's description, and that some format could stumble over."""

from hypothesis import strategies as st

NASTY = (
    'He said "yes", she did\'nt; 100 % & more',
    "first line\nsecond line\r\nthird",
    "a | b || c \\| d \\",
    "<script>alert(1)</script><img src=x onerror=alert(2)><!-- ]]> &lt; &#64;",
    "=cmd()",
    '=HYPERLINK("http://evil.example";"x")',
    "+1-1@SUM(A1:A9)",
    "foo;=cmd()",
    "\u0642\u0627\u0639\u0629 \u05e0\u05d5\u05e2\u05d4 abc",
    "\u202eevil\u202c \u2066half",
    "e\u0301\u0323 Z\u0351\u036b\u0343\u036a \u200d\ufeff",
    "\x00\x07\x1b[31mred\x1b[0m\x7f\x85",
    "lone \udc80 and \ud800 surrogates",
    "\ufffe \uffff \U0001fffe \u2028 \u2029",
    "*bold* _it_ **b** __b__ `code` ``` ~~gone~~ $x^2$ [link](http://x) ![i](y) [^1] [x]: y",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "===",
    "---",
    "    code",
    "/close",
    "|x|",
    "@someone and @a/team, #12, GH-3, !4, &5, %6, ~bug, $7, www.example.com https://example.com a@example.com :smile:",
    "# HELP lscctl_phones x\nlscctl_phones 9",
    '{},= \\n \\" \\\\',
    "\U0001f4de \u53d7\u4ed8 P\u00f6rtner",
    "",
    "   ",
)

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(),
    st.text(
        st.sampled_from("\\`*_{}[]<>()#+-.!|~$&@:;\"'=/%^ \t\n\r1aZ\u200b\u202e\u0301\u05d0\x1b\udc80\uffff"),
        max_size=12,
    ),
)
"""Nasty ones, and more of their kind."""
