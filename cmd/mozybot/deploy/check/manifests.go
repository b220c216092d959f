package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

// composeFile loads the file with the library that Docker Compose is made of, with the files that an operator makes.
func composeFile(ctx context.Context, r repository) (string, error) {
	dir := filepath.Join(r.scratch, "compose")
	if err := os.CopyFS(dir, os.DirFS(r.deploy)); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "compose.yml")
	project, err := loader.LoadWithContext(ctx, types.ConfigDetails{WorkingDir: dir, ConfigFiles: []types.ConfigFile{{Filename: file}}})
	if err != nil {
		return "", err
	}
	for _, s := range project.Services {
		if !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" || s.User == "" || s.User == "root" {
			return "", fmt.Errorf("the service %s is not confined: read_only, cap_drop: [ALL] and a user are wanted", s.Name)
		}
		for _, secret := range s.Secrets {
			if _, ok := project.Secrets[secret.Source]; !ok {
				return "", fmt.Errorf("the service %s wants a secret %s that there is not", s.Name, secret.Source)
			}
		}
	}
	found := "as Compose's own library reads it"
	if exec.CommandContext(ctx, "docker", "compose", "version").Run() != nil {
		return found + "; no docker compose here to try it with", nil
	}
	for name := range project.Secrets {
		if err := os.MkdirAll(filepath.Join(dir, "secrets"), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, "secrets", name), []byte("x"), 0o600); err != nil {
			return "", err
		}
	}
	_, err = output(ctx, dir, "docker", "compose", "-f", file, "config", "--quiet")
	return found + ", and docker compose", err
}

// kinds are the objects that the manifests may have, as the API's own types.
var kinds = map[string]func() any{
	"v1 Namespace":                       func() any { return &corev1.Namespace{} },
	"v1 ServiceAccount":                  func() any { return &corev1.ServiceAccount{} },
	"v1 PersistentVolumeClaim":           func() any { return &corev1.PersistentVolumeClaim{} },
	"v1 Service":                         func() any { return &corev1.Service{} },
	"apps/v1 Deployment":                 func() any { return &appsv1.Deployment{} },
	"policy/v1 PodDisruptionBudget":      func() any { return &policyv1.PodDisruptionBudget{} },
	"networking.k8s.io/v1 NetworkPolicy": func() any { return &networkingv1.NetworkPolicy{} },
}

// manifests reads each object strictly into its type, and asks Kubernetes' own rules whether its pods are restricted.
func manifests(_ context.Context, r repository) (string, error) {
	files, err := filepath.Glob(filepath.Join(r.deploy, "kubernetes*.yaml"))
	if err != nil || len(files) == 0 {
		return "", errors.Join(errors.New("there are none"), err)
	}
	objects, pods := 0, 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		for _, part := range strings.Split(string(content), "\n---\n") {
			object, err := objectOf([]byte(part))
			if err != nil {
				return "", fmt.Errorf("%s: %w", filepath.Base(file), err)
			}
			objects++
			if d, ok := object.(*appsv1.Deployment); ok {
				pods++
				if err := restricted(d); err != nil {
					return "", fmt.Errorf("%s: %w", filepath.Base(file), err)
				}
			}
		}
	}
	return fmt.Sprintf("%d objects as the API's types have them, %d sets of pods under the restricted standard; no cluster here to try them in", objects, pods), nil
}

func objectOf(content []byte) (any, error) {
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(content, &kind); err != nil {
		return nil, err
	}
	make := kinds[kind.APIVersion+" "+kind.Kind]
	if make == nil {
		return nil, fmt.Errorf("%s %q is no kind that this check knows", kind.APIVersion, kind.Kind)
	}
	object := make()
	if err := yaml.UnmarshalStrict(content, object); err != nil {
		return nil, fmt.Errorf("%s: %w", kind.Kind, err)
	}
	return object, nil
}

// restricted asks the rules that the API server admits pods by.
func restricted(d *appsv1.Deployment) error {
	rules, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	pod := d.Spec.Template
	for _, result := range rules.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			return fmt.Errorf("the pods of %s are not restricted: %s (%s)", d.Name, result.ForbiddenReason, result.ForbiddenDetail)
		}
	}
	return nil
}
