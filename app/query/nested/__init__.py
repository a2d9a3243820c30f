"""Questions of several elements, joined by all, any and not."""
