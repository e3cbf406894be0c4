"""Static files with hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hash names, leave source maps of packaged scripts out of account."""

    manifest_strict = False
    support_js_module_import_aggregation = False
