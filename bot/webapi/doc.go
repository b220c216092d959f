// Package webapi is Slack's Web API as the parts of the bot use it: messages that keep to Slack's pace and are found
// again by their metadata, files, who we are and which channels are ours, and what the errors mean.
//
// It knows nothing of jobs: which message is due, and what to do after an error, is for the parts to decide.
package webapi
