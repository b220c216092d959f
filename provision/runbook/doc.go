// Package runbook carries out the ten steps.
package runbook
