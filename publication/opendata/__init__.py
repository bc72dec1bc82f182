"""Open data: everything published, for machines and for spreadsheets.

``reading`` gathers what there is (through the site and ``workflow.published``, nothing else), ``schemas`` and
``records`` say what the interface answers, ``tables`` what stands in CSV and XLSX, ``changes`` what happened when,
``catalogue`` how a data portal describes it. All of it is under one licence (``licence``).
"""
