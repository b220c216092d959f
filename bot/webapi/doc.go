// Package webapi wraps Slack's Web API for the parts of the bot: messages that respect Slack's limits and are found
// again by their metadata, files, our identity and channels, and what the errors mean.
//
// It knows nothing about jobs: the callers decide which message is due, and what to do after an error.
package webapi
