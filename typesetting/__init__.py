"""Setting documents as accessible PDF files. Knows no other room: what a document says comes from its caller."""
