package bolt_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/state/bolt"
)

func TestSurveyFindsWhatOpenWouldAndChangesNothing(t *testing.T) {
	t.Run("no file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "none", "state.db")
		seen, err := bolt.Survey(t.Context(), path, bolt.Check)
		if err != nil || !seen.Absent {
			t.Errorf("%+v, %v", seen, err)
		}
		if _, err := os.Stat(filepath.Dir(path)); err == nil {
			t.Error("it made the folder")
		}
	})
	t.Run("a file of this version", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		if err := open(t, path).Close(); err != nil {
			t.Fatal(err)
		}
		seen, err := bolt.Survey(t.Context(), path, bolt.Check)
		if err != nil || seen.Absent || seen.Earlier {
			t.Errorf("%+v, %v", seen, err)
		}
	})
	t.Run("a file of an earlier one", func(t *testing.T) {
		path := oldFile(t, "schema-1.db")
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := bolt.Survey(t.Context(), path, bolt.Check)
		if err != nil || !seen.Earlier {
			t.Errorf("%+v, %v", seen, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != string(was) {
			t.Errorf("it was changed, %v", err)
		}
		if _, err := os.Stat(bolt.BackupDir(path)); err == nil {
			t.Error("it made a copy")
		}
	})
	t.Run("a file that another process has open", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		open(t, path)
		if _, err := bolt.Survey(t.Context(), path, bolt.Check); provision.CodeOf(err) != provision.Conflict {
			t.Error(err)
		}
	})
	t.Run("a file that is damaged", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		if err := os.WriteFile(path, []byte("nothing"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := bolt.Survey(t.Context(), path, bolt.Check); provision.CodeOf(err) != provision.Invalid || !strings.Contains(err.Error(), "damaged") {
			t.Error(err)
		}
	})
}
