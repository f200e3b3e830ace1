from django.db import migrations

from staff.migrations import _append_only


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_sign_ins_and_their_log")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: _append_only.close(schema_editor),
            lambda apps, schema_editor: _append_only.open_again(schema_editor),
        )
    ]
