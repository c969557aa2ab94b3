"""What a credential looks like: token formats, secret names, literal values, encrypted blobs."""
