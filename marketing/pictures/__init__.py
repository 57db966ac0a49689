"""The picture that stands beside a shared link: drawn by the server in the practice's brand."""
