package thread

import (
	"reflect"
	"testing"

	"mozybot/provision"
)

func TestAChangeHasThePicturesOfItsNewestTry(t *testing.T) {
	pictures := []provision.Picture{
		{Step: provision.StepBuy, Name: "1/a-plan-before.jpg"}, {Step: provision.StepBuy, Name: "1/a-plan-after.jpg"},
		{Step: provision.StepBuy, Name: "1/x-plan-surprise.jpg"},
		{Step: provision.StepBuy, Name: "1/b-plan-before.jpg"}, {Step: provision.StepBuy, Name: "1/b-plan-after.jpg"},
		{Step: provision.StepGroup, Name: "1/c-group-before.jpg"},
	}
	want := []pair{{&pictures[3], &pictures[4]}, {&pictures[5], nil}}
	if got := changesOf(pictures); !reflect.DeepEqual(got, want) {
		t.Errorf("the changes are %v, want %v", got, want)
	}
}
