"""Static files named by their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class EstaticosComVersao(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; imports between our ES modules are rewritten too."""

    support_js_module_import_aggregation = True
    # One pass for each module that imports another in a row; the longest row has eight.
    max_post_process_passes = 20
