"""Static files named by their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class EstaticosComVersao(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; imports between our ES modules are rewritten too."""

    support_js_module_import_aggregation = True
